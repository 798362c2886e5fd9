package org.finetune.inference;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.engine.ActivationMap;
import org.finetune.engine.Classifier;
import org.finetune.metrics.Argmax;
import org.finetune.metrics.FeatureDistance;

/**
 * What became of one photo.
 *
 * @param photo its index in the list of photos
 * @param probabilities by class, or null if the photo could not be decoded
 * @param map where the most probable class was seen, or null if that was not asked for or the photo could not be decoded
 * @param unlike whether it is unlike the photos of the training; false if that was not asked for
 * @param failure why it could not be decoded, or ""
 */
public record Classification(int photo, float[] probabilities, ActivationMap map, boolean unlike, String failure) {

    /**
     * What a network says about an image of the batch that it has run last.
     *
     * @param row its number in the batch
     * @param map whether its map is wanted
     * @param training the features of the training photos, or null if it is not to be compared with them
     * @throws FinetuneException with {@link ExitCode#MODEL} if the model's parameters give no probabilities
     */
    static Classification of(
            int photo, Classifier network, int row, float[] probabilities, boolean map, FeatureDistance training) {
        requireNumbers(probabilities);
        return new Classification(
                photo,
                probabilities,
                map ? network.map(row, Argmax.of(probabilities)) : null,
                training != null && training.isFar(network.features(row)),
                "");
    }

    /** Parameters that are numbers, but absurd ones, can overflow on the way to the probabilities. */
    private static void requireNumbers(float[] probabilities) {
        for (float probability : probabilities) {
            if (!Float.isFinite(probability)) {
                throw new FinetuneException(
                        ExitCode.MODEL,
                        "The model does not give probabilities but " + probability
                                + "; copy it again, or train the model again.");
            }
        }
    }

    /** The label of the most probable class. */
    public int mostProbable() {
        return Argmax.of(probabilities);
    }

    public boolean failed() {
        return probabilities == null;
    }
}

package org.finetune.inference;

import java.util.Optional;
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
 * @param probabilities by class; none if the photo could not be decoded
 * @param map where the most probable class was seen, if that was asked for and the photo could be decoded
 * @param unlike whether it is unlike the photos of the training; false if that was not asked for
 * @param failure why it could not be decoded, or ""
 */
public record Classification(
        int photo, float[] probabilities, Optional<ActivationMap> map, boolean unlike, String failure) {

    /**
     * What a network says about an image of the batch that it has run last.
     *
     * @param row its number in the batch
     * @param map whether its map is wanted
     * @param training the features of the training photos, if it is to be compared with them
     * @throws FinetuneException with {@link ExitCode#MODEL} if the model's parameters give no probabilities
     */
    static Classification of(
            int photo,
            Classifier network,
            int row,
            float[] probabilities,
            boolean map,
            Optional<FeatureDistance> training) {
        requireNumbers(probabilities);
        return new Classification(
                photo,
                probabilities,
                map ? Optional.of(network.map(row, Argmax.of(probabilities))) : Optional.empty(),
                training.filter(others -> others.isFar(network.features(row))).isPresent(),
                "");
    }

    /** What becomes of a photo that cannot be decoded. */
    static Classification failed(int photo, String reason) {
        return new Classification(photo, new float[0], Optional.empty(), false, reason);
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
        return !failure.isEmpty();
    }
}

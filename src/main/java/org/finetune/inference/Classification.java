package org.finetune.inference;

import org.finetune.engine.ActivationMap;

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

    public boolean failed() {
        return probabilities == null;
    }
}

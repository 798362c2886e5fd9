package org.finetune.inference;

import org.finetune.engine.ActivationMap;

/**
 * What became of one image.
 *
 * @param image its index in the list of images
 * @param probabilities by class, or null if the image could not be decoded
 * @param map where the most probable class was seen, or null if that was not asked for or the image could not be decoded
 * @param failure why not, or ""
 */
public record Classification(int image, float[] probabilities, ActivationMap map, String failure) {

    public boolean failed() {
        return probabilities == null;
    }
}

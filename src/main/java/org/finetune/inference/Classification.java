package org.finetune.inference;

/**
 * What became of one image.
 *
 * @param image its index in the list of images
 * @param probabilities by class, or null if the image could not be decoded
 * @param failure why not, or ""
 */
public record Classification(int image, float[] probabilities, String failure) {

    public boolean failed() {
        return probabilities == null;
    }
}

package org.finetune.metrics;

/**
 * What a classifier says about a photo whose class is known.
 *
 * @param photo id of the photo
 * @param sha256 SHA-256 of its content, in hexadecimal
 * @param label its class
 * @param probabilities by class
 */
public record LabeledPrediction(String photo, String sha256, int label, float[] probabilities) {

    /** The most probable class; of several that are equally probable the first. */
    public int predicted() {
        return Argmax.of(probabilities);
    }

    /** Probability of the most probable class. */
    public float confidence() {
        return probabilities[predicted()];
    }

    /** Whether the most probable class is right. */
    public boolean correct() {
        return predicted() == label;
    }
}

package org.finetune.serve.model;

import org.finetune.inference.Classification;
import org.finetune.serve.http.HttpFailure;

/**
 * What became of an image of a request: it was classified, or it failed.
 *
 * @param classification what the model says, or null
 * @param overlay the image with the map of the most probable class, as PNG, or null if that was not asked for
 * @param failure why it cannot be used, or null
 */
public record ImageOutcome(Classification classification, byte[] overlay, HttpFailure failure) {
    static ImageOutcome of(Classification classification, byte[] overlay) {
        return new ImageOutcome(classification, overlay, null);
    }

    static ImageOutcome failed(HttpFailure failure) {
        return new ImageOutcome(null, null, failure);
    }

    /** The probabilities of the classes, in the order of the model's outputs. */
    public float[] probabilities() {
        return classification.probabilities();
    }
}

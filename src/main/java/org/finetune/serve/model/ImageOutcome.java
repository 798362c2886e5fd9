package org.finetune.serve.model;

import java.util.Optional;
import org.finetune.inference.Answer;
import org.finetune.inference.Classification;
import org.finetune.serve.http.HttpFailure;

/** What became of an image of a request: it was classified, or it failed. */
public sealed interface ImageOutcome {

    /**
     * An image that was classified.
     *
     * @param classification what the model says
     * @param answer the class or "unknown", if the server has a threshold
     * @param overlay the image with the map of the most probable class, as PNG, if that was asked for
     */
    record Classified(Classification classification, Optional<Answer> answer, Optional<byte[]> overlay)
            implements ImageOutcome {

        /** The probabilities of the classes, in the order of the model's outputs. */
        public float[] probabilities() {
            return classification.probabilities();
        }
    }

    /**
     * An image that cannot be used, or could not be classified.
     *
     * @param failure why
     */
    record Failed(HttpFailure failure) implements ImageOutcome {}
}

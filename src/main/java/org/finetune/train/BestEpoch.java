package org.finetune.train;

import org.finetune.engine.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;

/**
 * The epoch of a phase that would be kept if it were over now.
 *
 * @param validation its metrics on the validation photos
 * @param trainLoss mean training loss, as it was minimized
 * @param parameters the trained parameters after it, in the engine's order
 * @param epochsSince number of epochs since then
 */
record BestEpoch(ClassificationMetrics validation, double trainLoss, float[] parameters, int epochsSince) {

    /** Whether metrics are better than those of this epoch: by top-1, and where that is equal by loss. */
    boolean isWorseThan(ClassificationMetrics other) {
        return other.hits() != validation.hits() ? other.hits() > validation.hits() : other.loss() < validation.loss();
    }

    /**
     * Checks that the parameters are those of a tail.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    void requireFit(TrainableTail tail) {
        if (parameters.length != tail.parameters().length) {
            throw new IllegalArgumentException("The best epoch has " + parameters.length + " parameters");
        }
    }
}

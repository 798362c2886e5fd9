package org.finetune.train;

import java.util.List;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.Weights;

/**
 * What a phase has made.
 *
 * @param validation figures of its best epoch on the validation images
 * @param predictions what that epoch's network says about each of the validation images
 * @param weights parameters of the whole network in that epoch
 */
record PhaseOutcome(
        Phase phase, ClassificationMetrics validation, List<LabeledPrediction> predictions, Weights weights) {

    /** Whether this one is worse than another: by top-1, and where that is equal by loss. */
    boolean isWorseThan(PhaseOutcome other) {
        int byTop1 = Double.compare(validation.top1(), other.validation.top1());
        return byTop1 != 0 ? byTop1 < 0 : validation.loss() > other.validation.loss();
    }
}

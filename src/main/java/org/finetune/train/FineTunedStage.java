package org.finetune.train;

import org.finetune.metrics.ClassificationMetrics;

/**
 * What a stage of phase 2 came to.
 *
 * @param phase the stage
 * @param validation validation metrics after it
 * @param choice whether its model is kept, or the one that it began with
 */
public record FineTunedStage(Phase phase, ClassificationMetrics validation, ModelChoice choice) {

    static FineTunedStage of(PhaseOutcome before, PhaseOutcome fineTuned) {
        return new FineTunedStage(
                fineTuned.phase(),
                fineTuned.validation(),
                ModelChoice.of(before.phase(), before.validation(), fineTuned.phase(), fineTuned.validation()));
    }

    /** Whether the model after it is better than the one that it began with. */
    public boolean isKept() {
        return choice.kept().equals(phase);
    }
}

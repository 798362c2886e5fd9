package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;

/** Phase 2 of a run, with the choice between what it comes to and the head alone. */
final class FineTuning {
    private final Recipe recipe;
    private final RecipePlan plan;
    private final PhaseRecord record;
    private final Stopwatch stopwatch;
    private final TrainingListener listener;

    /**
     * Prepares phase 2.
     *
     * @param plan its stages, which may be none
     * @param record what is kept of each stage, and what a run that is resumed has already
     * @param stopwatch takes the time of each stage
     */
    FineTuning(Recipe recipe, RecipePlan plan, PhaseRecord record, Stopwatch stopwatch, TrainingListener listener) {
        this.recipe = recipe;
        this.plan = plan;
        this.record = record;
        this.stopwatch = stopwatch;
        this.listener = listener;
    }

    /**
     * What the phases have come to.
     *
     * @param head validation metrics after phase 1
     * @param stages what each stage of phase 2 came to
     * @param fineTuned what the model says about the validation photos after the last of them; empty if there was none
     * @param chosen the best
     */
    record Result(
            ClassificationMetrics head,
            List<FineTunedStage> stages,
            List<LabeledPrediction> fineTuned,
            PhaseOutcome chosen) {

        /** Why the best is kept. */
        ModelChoice choice() {
            return stages.isEmpty()
                    ? new ModelChoice(Phase.HEAD, "")
                    : stages.get(stages.size() - 1).choice();
        }
    }

    /** Phase 2, stage by stage, each from the best before it. */
    Result run(PhaseOutcome head) {
        PhaseOutcome chosen = head;
        List<FineTunedStage> stages = new ArrayList<>();
        List<LabeledPrediction> last = List.of();
        try {
            for (FineTuningPlan stage : plan.fineTuning()) {
                PhaseOutcome fineTuned = recipe.fineTune(stage, chosen, record);
                stopwatch.lap(fineTuned.phase().label());
                stages.add(FineTunedStage.of(chosen, fineTuned));
                last = fineTuned.predictions();
                chosen = stages.get(stages.size() - 1).isKept() ? fineTuned : chosen;
            }
        } catch (TimeUpException e) {
            listener.info("The time limit is near before an epoch of this stage is complete; the previous "
                    + "model is kept");
        }
        return new Result(head.validation(), stages, last, chosen);
    }

    /** Phase 2 on all photos where the folds have shown that it helps. The folds also judge what is trained. */
    Result judgedBy(OutOfFold folds, PhaseOutcome head) {
        PhaseOutcome trained = head;
        List<FineTunedStage> stages = new ArrayList<>();
        if (plan.hasFineTuning()) {
            stages.add(new FineTunedStage(Phase.FINE_TUNE, folds.figures(Phase.FINE_TUNE), folds.choice()));
            if (stages.get(0).isKept()) {
                trained = recipe.fineTune(plan.fineTuning().get(0), head, record);
                stopwatch.lap(Phase.FINE_TUNE.label());
            }
        }
        return new Result(
                folds.figures(Phase.HEAD),
                stages,
                stages.isEmpty() ? List.of() : folds.predictions(Phase.FINE_TUNE),
                folds.judged(trained));
    }
}

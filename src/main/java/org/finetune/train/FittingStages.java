package org.finetune.train;

import java.util.List;

/**
 * What a run with a time limit has chosen to train in phase 2, as its checkpoints have it.
 *
 * @param stages the stages
 * @param reserve seconds that are kept for the end of the run
 */
record FittingStages(List<Stage> stages, double reserve) {

    /**
     * A stage.
     *
     * @param unfreeze number of layers, as the settings say it
     * @param epochs number of epochs
     */
    record Stage(int unfreeze, int epochs) {}

    FittingStages {
        stages = List.copyOf(stages);
    }

    /** The choice as it is kept. */
    static FittingStages of(FittingPlan plan, double reserve) {
        return new FittingStages(
                plan.stages().stream()
                        .map(stage ->
                                new Stage(stage.unfreeze(), stage.training().epochs()))
                        .toList(),
                reserve);
    }

    /** The recipe with these stages. */
    RecipePlan of(RecipePlan plan) {
        return plan.with(stages.stream()
                .map(stage -> plan.stage(stage.unfreeze()).withEpochs(stage.epochs()))
                .toList());
    }
}

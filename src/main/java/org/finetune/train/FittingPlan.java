package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of a recipe fits into a time: all stages with as many epochs each as fit; where not even one does, without the last
 * stages; where the first does not fit by itself, one of fewer layers; or else no stage at all.
 *
 * @param stages the stages of phase 2
 * @param seconds what they take, with the time after them
 * @param after the part of that after the training
 */
record FittingPlan(List<FineTuningPlan> stages, double seconds, double after) {
    private static final FittingPlan NOTHING = new FittingPlan(List.of(), 0, 0);

    FittingPlan {
        stages = List.copyOf(stages);
    }

    /**
     * Chooses.
     *
     * @param plan the recipe
     * @param seconds the time
     * @param timer says what a stage takes; asked only for stages that come into question
     */
    static FittingPlan of(RecipePlan plan, double seconds, Function<FineTuningPlan, StageCost> timer) {
        Map<FineTuningPlan, StageCost> costs = new HashMap<>();
        List<List<FineTuningPlan>> choices = new ArrayList<>();
        for (int count = plan.fineTuning().size(); count > 0; count--) {
            choices.add(plan.fineTuning().subList(0, count));
        }
        plan.smaller().forEach(stage -> choices.add(List.of(stage)));
        for (List<FineTuningPlan> stages : choices) {
            for (int epochs = most(stages); epochs > 0; epochs--) {
                FittingPlan choice = cut(stages, epochs, stage -> costs.computeIfAbsent(stage, timer));
                if (choice.seconds() <= seconds) {
                    return choice;
                }
            }
        }
        return NOTHING;
    }

    private static int most(List<FineTuningPlan> stages) {
        return stages.stream()
                .mapToInt(stage -> stage.training().epochs())
                .max()
                .orElse(0);
    }

    private static FittingPlan cut(List<FineTuningPlan> stages, int epochs, Function<FineTuningPlan, StageCost> costs) {
        double seconds = 0;
        double after = 0;
        List<FineTuningPlan> cut = new ArrayList<>();
        for (FineTuningPlan stage : stages) {
            cut.add(stage.withEpochs(Math.min(epochs, stage.training().epochs())));
            StageCost cost = costs.apply(stage);
            seconds += cost.of(cut.get(cut.size() - 1).training().epochs());
            after = Math.max(after, cost.after());
        }
        return new FittingPlan(cut, seconds + after, after);
    }

    /** What is trained, such as "3 epochs of fine-tuning with 20 layers". */
    String description() {
        return stages.isEmpty()
                ? "no fine-tuning, only the head"
                : stages.stream()
                        .map(stage -> {
                            int epochs = stage.training().epochs();
                            return epochs + (epochs == 1 ? " epoch" : " epochs") + " of fine-tuning with "
                                    + stage.layers() + " layers";
                        })
                        .collect(Collectors.joining(", then "));
    }
}

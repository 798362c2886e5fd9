package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.settings.TrainSettings.RateSchedule;
import org.finetune.settings.TrainSettings.RecipeName;
import org.finetune.settings.Unfreezing;

/**
 * What the settings of a run come to: its recipe, with what the user has said in place of what the recipe says.
 *
 * @param head phase 1
 * @param fineTuning the stages of phase 2, each deeper in the network than the one before; none if there is no phase 2
 * @param smaller a single stage of fewer layers each, the most first, for a run whose time is too short for these
 * @param scalesTemperature whether the model's probabilities are made to come true on the validation images
 */
public record RecipePlan(
        HeadPlan head, List<FineTuningPlan> fineTuning, List<FineTuningPlan> smaller, boolean scalesTemperature) {
    private static final int ADAM_EPOCHS = 10;
    private static final double HEAD_RATE = 1e-3;
    private static final double KERAS_RATE = 1e-5;
    private static final int FINE_TUNING_EPOCHS = 6;
    private static final int MOST_RESTARTS = 4;

    /** Up to as many layers, which are the last block and the last convolution, the higher rate is safe. */
    static final int FEW_LAYERS = 21;

    /** How many layers a stage trains that takes the place of one for which there is no time, the most first. */
    private static final List<Integer> SMALLER = List.of(60, FEW_LAYERS, 12, 4);

    private static final double FEW_LAYERS_RATE = 5e-4;
    private static final double MANY_LAYERS_RATE = 3e-4;

    public RecipePlan {
        fineTuning = List.copyOf(fineTuning);
        smaller = List.copyOf(smaller);
    }

    /**
     * The plan of a run with some settings.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if more layers are to be trained than there are
     */
    public static RecipePlan of(TrainSettings run) {
        return of(run, Architecture.of(run.get(Setting.ALPHA), run.get(Setting.SIZE)));
    }

    /**
     * The same.
     *
     * @param architecture the network of these settings
     */
    static RecipePlan of(TrainSettings run, Architecture architecture) {
        List<FineTuningPlan> stages = fineTuning(run, architecture);
        return new RecipePlan(
                head(run, architecture),
                stages,
                run.get(Setting.TIME_LIMIT).isEmpty() || stages.isEmpty()
                        ? List.of()
                        : smaller(run, architecture, stages.get(0)),
                recipe(run) == RecipeName.DEFAULT);
    }

    /**
     * Checks that a run with some settings trains anything. Otherwise its head would remain the random one it begins with.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if not
     */
    static void requireTraining(TrainSettings run) {
        RecipePlan plan = of(run);
        if (plan.head().trains() || plan.hasFineTuning()) {
            return;
        }
        throw new FinetuneException(
                ExitCode.USAGE,
                "Nothing would be trained with --head-epochs 0, --epochs "
                        + epochs(run) + ", --unfreeze "
                        + Setting.UNFREEZE.type().format(run.get(Setting.UNFREEZE))
                        + "; raise --head-epochs, or both of the others.");
    }

    private static RecipeName recipe(TrainSettings run) {
        return run.get(Setting.RECIPE);
    }

    private static HeadPlan head(TrainSettings run, Architecture architecture) {
        boolean asksForAdam = recipe(run) == RecipeName.KERAS
                || run.get(Setting.HEAD_EPOCHS).isPresent()
                || run.get(Setting.HEAD_LR).isPresent();
        return new HeadPlan(
                run.get(Setting.HEAD_SOLVER).orElse(asksForAdam ? HeadMethod.ADAM : HeadMethod.LBFGS),
                FreezeBoundary.headOnly(architecture),
                new PhaseSettings(
                        Phase.HEAD,
                        run.get(Setting.HEAD_EPOCHS).orElse(ADAM_EPOCHS),
                        run.get(Setting.PATIENCE).orElse(0),
                        run.get(Setting.BATCH_SIZE),
                        LearningRateSchedule.constant(run.get(Setting.HEAD_LR).orElse(HEAD_RATE)),
                        run.get(Setting.SEED)),
                run.get(Setting.HEAD_SOLVER).isPresent());
    }

    /** The stages that train anything, each at half the rate of the one before. */
    private static List<FineTuningPlan> fineTuning(TrainSettings run, Architecture architecture) {
        List<Integer> wanted = run.get(Setting.UNFREEZE).stages();
        List<FineTuningPlan> stages = new ArrayList<>();
        int before = -1;
        for (int unfreeze : wanted) {
            int layers = layers(unfreeze, architecture);
            if (layers <= before) {
                throw new FinetuneException(
                        ExitCode.USAGE,
                        "--unfreeze " + run.get(Setting.UNFREEZE) + ": " + before
                                + " layers are the whole network; remove one of the last two stages.");
            }
            before = layers;
            FreezeBoundary boundary = new FreezeBoundary(architecture, layers);
            if (epochs(run) > 0 && boundary.trainsBase()) {
                double peak = stages.isEmpty()
                        ? peak(run, layers)
                        : stages.get(stages.size() - 1)
                                        .training()
                                        .learningRate()
                                        .peak()
                                / 2;
                Phase phase = wanted.size() == 1
                        ? Phase.FINE_TUNE
                        : Phase.stage(stages.size() + 1, Unfreezing.text(unfreeze));
                stages.add(stage(run, boundary, unfreeze, phase, peak));
            }
        }
        return stages;
    }

    private static List<FineTuningPlan> smaller(TrainSettings run, Architecture architecture, FineTuningPlan first) {
        return SMALLER.stream()
                .filter(layers -> layers < first.unfreeze())
                .map(layers -> stage(
                        run,
                        new FreezeBoundary(architecture, layers),
                        layers,
                        first.training().phase().equals(Phase.FINE_TUNE)
                                ? Phase.FINE_TUNE
                                : Phase.stage(1, Unfreezing.text(layers)),
                        peak(run, layers)))
                .toList();
    }

    private static FineTuningPlan stage(
            TrainSettings run, FreezeBoundary boundary, int unfreeze, Phase phase, double peak) {
        return new FineTuningPlan(
                unfreeze, boundary, fineTuning(run, phase, peak), recipe(run) == RecipeName.KERAS ? 0 : MOST_RESTARTS);
    }

    private static PhaseSettings fineTuning(TrainSettings run, Phase phase, double peak) {
        RateSchedule shape = run.get(Setting.SCHEDULE)
                .orElse(recipe(run) == RecipeName.KERAS ? RateSchedule.CONSTANT : RateSchedule.COSINE);
        return new PhaseSettings(
                phase,
                epochs(run),
                run.get(Setting.PATIENCE).orElse(0),
                run.get(Setting.BATCH_SIZE),
                new LearningRateSchedule(shape, peak),
                run.get(Setting.SEED));
    }

    private static int epochs(TrainSettings run) {
        return run.get(Setting.EPOCHS).orElse(recipe(run) == RecipeName.KERAS ? ADAM_EPOCHS : FINE_TUNING_EPOCHS);
    }

    private static double peak(TrainSettings run, int layers) {
        double usual = layers <= FEW_LAYERS ? FEW_LAYERS_RATE : MANY_LAYERS_RATE;
        return run.get(Setting.LR).orElse(recipe(run) == RecipeName.KERAS ? KERAS_RATE : usual);
    }

    private static int layers(int unfreeze, Architecture architecture) {
        int all = architecture.base().size();
        if (unfreeze > all && unfreeze != Unfreezing.ALL) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--unfreeze " + unfreeze + " is more than the " + all + " layers of the network; use "
                            + "--unfreeze all to train every layer.");
        }
        return Math.min(unfreeze, all);
    }

    /** Whether phase 2 is asked for, and has something to train. */
    public boolean hasFineTuning() {
        return !fineTuning.isEmpty();
    }

    /** What a phase or a stage of this plan trains. */
    FreezeBoundary boundary(Phase phase) {
        return phase.isHead() ? head.boundary() : stage(phase).boundary();
    }

    /** How many layers of the base a phase or a stage of this plan trains, as the settings say it. */
    int unfreeze(Phase phase) {
        return phase.isHead() ? 0 : stage(phase).unfreeze();
    }

    private FineTuningPlan stage(Phase phase) {
        return fineTuning.stream()
                .filter(stage -> stage.training().phase().equals(phase))
                .findFirst()
                .orElseThrow();
    }

    /** The same recipe with other stages of phase 2, all of which may be trained now. */
    RecipePlan with(List<FineTuningPlan> stages) {
        return new RecipePlan(head, stages, List.of(), scalesTemperature);
    }

    /**
     * Stages of this plan, or smaller ones, by their numbers of layers.
     *
     * @throws java.util.NoSuchElementException if there is no such stage
     */
    FineTuningPlan stage(int unfreeze) {
        return Stream.concat(fineTuning.stream(), smaller.stream())
                .filter(stage -> stage.unfreeze() == unfreeze)
                .findFirst()
                .orElseThrow();
    }

    /** Where the frozen part of the network ends in each stage that may be trained. */
    Stream<FreezeBoundary> boundaries() {
        return Stream.concat(
                Stream.of(head.boundary()),
                Stream.concat(fineTuning.stream(), smaller.stream()).map(FineTuningPlan::boundary));
    }
}

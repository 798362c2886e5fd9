package org.finetune.train;

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

/**
 * What the settings of a run come to: its recipe, with what the user has said in place of what the recipe says.
 *
 * @param head phase 1
 * @param fineTuning the stages of phase 2, each deeper in the network than the one before; none if there is no phase 2
 * @param scalesTemperature whether the model's probabilities are made to come true on the validation images
 */
public record RecipePlan(HeadPlan head, List<FineTuningPlan> fineTuning, boolean scalesTemperature) {
    private static final int ADAM_EPOCHS = 10;
    private static final double HEAD_RATE = 1e-3;
    private static final double KERAS_RATE = 1e-5;
    private static final int FINE_TUNING_EPOCHS = 6;
    private static final int MOST_RESTARTS = 4;

    /** Up to as many layers, which are the last block and the last convolution, the higher rate is safe. */
    private static final int FEW_LAYERS = 21;

    private static final double FEW_LAYERS_RATE = 5e-4;
    private static final double MANY_LAYERS_RATE = 3e-4;

    public RecipePlan {
        fineTuning = List.copyOf(fineTuning);
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
        FineTuningPlan stage = fineTuning(run, architecture);
        boolean fineTunes = stage.training().epochs() > 0 && stage.boundary().trainsBase();
        return new RecipePlan(
                head(run, architecture), fineTunes ? List.of(stage) : List.of(), recipe(run) == RecipeName.DEFAULT);
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
        FineTuningPlan stage = fineTuning(run, Architecture.of(run.get(Setting.ALPHA), run.get(Setting.SIZE)));
        throw new FinetuneException(
                ExitCode.USAGE,
                "Nothing would be trained with --head-epochs 0, --epochs "
                        + stage.training().epochs() + ", --unfreeze "
                        + Setting.UNFREEZE.type().format(run.get(Setting.UNFREEZE))
                        + "; raise --head-epochs, or both others.");
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
                        run.get(Setting.SEED)));
    }

    private static FineTuningPlan fineTuning(TrainSettings run, Architecture architecture) {
        boolean keras = recipe(run) == RecipeName.KERAS;
        int layers = layers(run.get(Setting.UNFREEZE), architecture);
        RateSchedule shape = run.get(Setting.SCHEDULE).orElse(keras ? RateSchedule.CONSTANT : RateSchedule.COSINE);
        double peak = run.get(Setting.LR)
                .orElse(keras ? KERAS_RATE : layers <= FEW_LAYERS ? FEW_LAYERS_RATE : MANY_LAYERS_RATE);
        return new FineTuningPlan(
                new FreezeBoundary(architecture, layers),
                new PhaseSettings(
                        Phase.FINE_TUNE,
                        run.get(Setting.EPOCHS).orElse(keras ? ADAM_EPOCHS : FINE_TUNING_EPOCHS),
                        run.get(Setting.PATIENCE).orElse(0),
                        run.get(Setting.BATCH_SIZE),
                        new LearningRateSchedule(shape, peak),
                        run.get(Setting.SEED)),
                keras ? 0 : MOST_RESTARTS);
    }

    private static int layers(int unfreeze, Architecture architecture) {
        int all = architecture.base().size();
        if (unfreeze > all && unfreeze != TrainSettings.UNFREEZE_ALL) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--unfreeze " + unfreeze + " is more than the " + all + " layers of the network; all of them are"
                            + " trained with --unfreeze all.");
        }
        return Math.min(unfreeze, all);
    }

    /** Whether phase 2 is asked for, and has something to train. */
    public boolean hasFineTuning() {
        return !fineTuning.isEmpty();
    }

    /** What a phase trains when it ends; phase 2 only if there {@linkplain #hasFineTuning is one}. */
    FreezeBoundary boundary(Phase phase) {
        return phase == Phase.HEAD
                ? head.boundary()
                : fineTuning.get(fineTuning.size() - 1).boundary();
    }

    /** Where the frozen part of the network ends in each stage. */
    Stream<FreezeBoundary> boundaries() {
        return Stream.concat(Stream.of(head.boundary()), fineTuning.stream().map(FineTuningPlan::boundary));
    }
}

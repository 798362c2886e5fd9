package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.train.features.ActivationCache.Sample;
import org.finetune.train.folds.FoldAssignment;
import org.finetune.train.folds.FoldFile;

/**
 * Trains the recipe of a run once for each fold, on the photos outside it, from the activations that one pass over all photos has
 * left. A fold that is finished is kept in a file of the run directory; one that was stopped begins anew, and comes to the same.
 */
final class CrossValidation {
    private final RunContext run;
    private final FeatureCaches features;
    private final int[] groups;
    private final FoldAssignment folds;
    private final Path directory;

    /**
     * Prepares the folds.
     *
     * @param features the activations of all photos, as training photos
     * @param groups a number for each of them, which those that are not to be divided have in common
     * @param directory where finished folds are kept
     * @throws FinetuneException with {@link ExitCode#DATA} if the photos cannot be divided into so many folds
     */
    CrossValidation(RunContext run, FeatureCaches features, int[] groups, Path directory) {
        this.run = run.with(run.data().crossValidated());
        this.features = features;
        this.groups = groups;
        this.folds = FoldAssignment.of(
                features.train().samples().stream().mapToInt(Sample::label).toArray(),
                groups,
                run.data().classes(),
                run.settings().get(Setting.FOLDS).orElseThrow(),
                run.settings().get(Setting.SEED));
        this.directory = directory;
    }

    /**
     * Checks that settings fit cross-validation.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if not
     */
    static void requireUsable(TrainSettings settings) {
        if (settings.get(Setting.FOLDS).isEmpty()) {
            return;
        }
        if (settings.get(Setting.FROM).isPresent()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--folds cannot be combined with --from, because the parent may have been trained on the photos of any fold;"
                            + " remove one of them.");
        }
        if (settings.get(Setting.UNFREEZE).stages().size() > 1) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--folds needs a single stage, not --unfreeze " + settings.get(Setting.UNFREEZE)
                            + "; remove one of them.");
        }
        if (settings.get(Setting.TIME_LIMIT).isPresent()) {
            throw new FinetuneException(
                    ExitCode.USAGE, "--time-limit does not cover the models of --folds; remove one of them.");
        }
        if (settings.get(Setting.PATIENCE).orElse(0) > 0) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--patience needs validation photos, which the final model of --folds does not have; remove "
                            + "one of them.");
        }
    }

    /** Trains the folds that are not finished yet. */
    OutOfFold run() {
        List<FoldResult> results = new ArrayList<>();
        long work = 0;
        for (int fold = 0; fold < folds.count(); fold++) {
            work += work(fold);
        }
        run.listener().taskStarted("folds", work);
        long before = 0;
        for (int fold = 0; fold < folds.count(); fold++) {
            results.add(result(fold, before));
            before += work(fold);
            long done = before;
            run.listener().taskProgress(done, () -> "");
        }
        run.listener().taskFinished();
        return new OutOfFold(run.data(), features.train().samples(), folds, results);
    }

    /** Images that training a fold takes, those of each epoch counted. */
    private long work(int fold) {
        RecipePlan plan = run.network().plan();
        long epochs = plan.fineTuning().stream()
                .mapToLong(stage -> stage.training().epochs())
                .sum();
        if (plan.head().method() == HeadMethod.ADAM) {
            epochs += plan.head().training().epochs();
        }
        return Math.max(1, epochs) * folds.training(fold).length;
    }

    private FoldResult result(int fold, long before) {
        FoldFile file = new FoldFile(directory, fold + 1, run.listener()::warning);
        String name = "fold " + (fold + 1) + "/" + folds.count();
        int images = folds.heldOut(fold).length;
        return FoldResult.read(
                        file,
                        images,
                        run.data().classes().size(),
                        run.network().plan().hasFineTuning())
                .map(kept -> {
                    run.listener().info(name + ": trained before the run was stopped");
                    return kept;
                })
                .orElseGet(() -> {
                    FoldResult trained = train(fold, new FoldProgress(run.listener(), name, before));
                    trained.write(file);
                    run.listener().info(name + ": " + accuracy(fold, trained) + " of " + images + " photos");
                    return trained;
                });
    }

    private FoldResult train(int fold, FoldProgress progress) {
        RunContext context = run.with(progress);
        int[] training = folds.training(fold);
        FeatureCaches some = features.fold(training, folds.heldOut(fold));
        Recipe recipe = new Recipe(
                context,
                some,
                Arrays.stream(training).map(photo -> groups[photo]).toArray());
        KeptFeatures distances = new KeptFeatures(context, some);
        UnsavedRecord record = new UnsavedRecord(run.interruption());
        PhaseOutcome head = recipe.trainHead(record);
        PhaseOutcome fineTuned = null;
        for (FineTuningPlan stage : run.network().plan().fineTuning()) {
            fineTuned = recipe.fineTune(stage, fineTuned == null ? head : fineTuned, record);
        }
        double headLimit = distances.distance(head).limit();
        return new FoldResult(
                probabilities(head),
                fineTuned == null ? List.of() : probabilities(fineTuned),
                headLimit,
                fineTuned == null ? headLimit : distances.distance(fineTuned).limit(),
                record.history());
    }

    private static List<float[]> probabilities(PhaseOutcome outcome) {
        return outcome.predictions().stream()
                .map(LabeledPrediction::probabilities)
                .toList();
    }

    private String accuracy(int fold, FoldResult result) {
        OutOfFold alone = new OutOfFold(run.data(), features.train().samples(), folds, List.of());
        String head = String.format(
                Locale.ROOT,
                "%.1f%% after the head",
                100 * alone.figures(fold, result.head()).top1());
        return result.fineTuned().isEmpty()
                ? head
                : head
                        + String.format(
                                Locale.ROOT,
                                ", %.1f%% after fine-tuning",
                                100 * alone.figures(fold, result.fineTuned()).top1());
    }
}

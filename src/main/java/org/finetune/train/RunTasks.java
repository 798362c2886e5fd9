package org.finetune.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.metrics.FeatureDistance;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.LabelErrors;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.model.TransferGraph;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.advice.FeatureStudy;
import org.finetune.train.checkpoint.CheckpointDirectory;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.TemperatureScaling;
import org.finetune.weights.BundledWeights;
import org.finetune.weights.ResolvedWeights;

/**
 * The tasks of a run whose photos and weights are found, from the features to the saved model. What a checkpoint in the
 * run directory has is not done again.
 */
final class RunTasks {
    /** Part of the time that is left which timing the steps of a stage takes. */
    private static final double TIMING = 0.03;
    /** Some more than the report shows. */
    private static final int REPORTED = 100;

    private final RunContext run;
    private final ResolvedWeights weights;
    private final RunDirectory directory;
    private final Stopwatch stopwatch;
    private final RunFiles files;

    RunTasks(RunContext run, ResolvedWeights weights, RunDirectory directory, Stopwatch stopwatch) {
        this.run = run;
        this.weights = weights;
        this.directory = directory;
        this.stopwatch = stopwatch;
        this.files = new RunFiles(directory);
    }

    /**
     * Runs the tasks.
     *
     * @param images the photos as the run directory has recorded them
     * @param origin what the run is made from
     * @param afterwards is notified of the run when its files are written, before it counts as finished
     */
    FinishedRun run(RunPhotos images, RunOrigin origin, Consumer<FinishedRun> afterwards) {
        CheckpointDirectory checkpoints = new CheckpointDirectory(directory.checkpoints(), run.listener()::warning);
        RunProgress progress =
                new RunProgress(run.settings(), files, checkpoints, run.interruption(), run.time(), stopwatch);
        progress.restore().ifPresent(checkpoint -> run.listener()
                .info(String.format(
                        "Resuming at %s epoch %d, photo %d",
                        checkpoint.phase().label(),
                        checkpoint.progress().epoch(),
                        checkpoint.progress().images())));
        stopwatch.lap("prepare");
        FinishedRun finished;
        try {
            finished = train(images, origin, progress);
        } finally {
            run.shared().finished(run.settings());
        }
        files.timings(stopwatch.tasks(), finished.summary().featureTimes(), progress.history());
        files.metrics(finished.summary(), finished.predictions());
        afterwards.accept(finished);
        directory.deleteCache();
        // From now on the run is finished.
        checkpoints.clear();
        directory.deleteParent();
        return finished;
    }

    private FinishedRun train(RunPhotos images, RunOrigin origin, RunProgress progress) {
        FeatureExtraction extraction = new FeatureExtraction(run);
        FeatureCaches all = extraction.run();
        stopwatch.lap("features");
        ExaminedPhotos photos = ExaminedPhotos.of(run, all, images, directory, files);
        stopwatch.lap("check");
        FeatureCaches features = photos.features();
        keepTimeForReport(extraction.times(), features);
        Optional<OutOfFold> folds = crossValidate(features, photos.groups());
        Recipe recipe = new Recipe(
                folds.map(others -> run.with(others.over(run.listener()))).orElse(run), features, photos.groups());
        PhaseRecord record = folds.map(others -> others.over(progress)).orElse(progress);
        run.shared().head(run.settings()).ifPresent(progress::take);
        PhaseOutcome head = recipe.trainHead(record);
        run.shared().keep(run.settings(), progress.head());
        stopwatch.lap(Phase.HEAD.label());
        RecipePlan plan = fitting(recipe, head, progress);
        FineTuning fineTuning = new FineTuning(recipe, plan, record, stopwatch, run.listener());
        FineTuning.Result trained = folds.isPresent() ? fineTuning.judgedBy(folds.get(), head) : fineTuning.run(head);
        PhaseOutcome chosen = trained.chosen();
        TemperatureScaling temperature = plan.scalesTemperature()
                ? chosen.temperature()
                : TemperatureScaling.none(chosen.validation().loss());
        PhaseOutcome kept = chosen.with(temperature);
        SavedModel model = save(kept, plan);
        files.predictions(run.data().classes(), kept.predictions());
        FeatureDistance distance = new KeptFeatures(run.with(plan), features).distance(kept);
        files.features(
                folds.map(others -> others.limited(distance, kept.phase())).orElse(distance));
        stopwatch.lap("save");
        RunInsights insights = insights(photos, folds, head, trained, kept, progress.history(), caution(origin));
        stopwatch.lap("study");
        TrainingSummary summary = new TrainingSummary(
                directory.path(),
                trained.head(),
                trained.stages(),
                kept.validation(),
                temperature,
                recipe.trainImages(),
                photos.skipped().size(),
                stopwatch.total(),
                extraction.times(),
                insights);
        return new FinishedRun(
                directory,
                run.settings(),
                origin.entries(),
                folds.map(OutOfFold::data).orElse(run.data()),
                photos.skipped(),
                model,
                kept.predictions(),
                summary);
    }

    /**
     * What the run has shown besides its model. What scripts may want of it is written, too.
     *
     * @param head the outcome of phase 1
     * @param trained that of all phases
     * @param kept that of the phase whose model is kept
     */
    private RunInsights insights(
            ExaminedPhotos photos,
            Optional<OutOfFold> folds,
            PhaseOutcome head,
            FineTuning.Result trained,
            PhaseOutcome kept,
            List<EpochResult> history,
            String caution) {
        List<String> classes = run.data().classes();
        Optional<FoldStatistics> statistics = folds.map(others -> others.statistics(kept.predictions()));
        statistics.ifPresent(files::folds);
        Optional<LabelErrors> labels = folds.map(others -> LabelErrors.of(kept.predictions(), classes.size()));
        labels.ifPresent(errors -> files.labelErrors(errors, classes));
        FeatureStudy.Result study = study(photos.features(), photos.groups());
        NextStep next = new NextStep(
                directory.path(),
                run.settings(),
                classes,
                photos.trained(),
                folds.map(others -> others.predictions(Phase.HEAD)).orElse(head.predictions()),
                trained.fineTuned(),
                kept.validation(),
                trained.choice(),
                history,
                study);
        return new RunInsights(statistics, labels, study, next.sentence(), caution);
    }

    /** What to know about where the network comes from, in a sentence, or "". */
    private String caution(RunOrigin origin) {
        return origin.caution().isEmpty()
                ? BundledWeights.caution(weights, run.network().architecture())
                : origin.caution();
    }

    /** What parts of the photos show by their features; nothing in a trial of several, which have the same features. */
    private FeatureStudy.Result study(FeatureCaches features, int[] groups) {
        if (run.shared().isShared()) {
            return FeatureStudy.Result.NONE;
        }
        int length = run.network().architecture().features();
        HeadSettings settings = new HeadSettings(
                run.data().classes().size(),
                0,
                List.of(),
                run.settings().get(Setting.SEED),
                run.settings().threadCount(),
                TrainingMemory.forActivations());
        return FeatureStudy.of(
                settings,
                new PhotoFeatures(features.train(), length, groups, run.interruption()),
                new PhotoFeatures(
                        features.validation(),
                        length,
                        new int[features.validation().samples().size()],
                        run.interruption()));
    }

    private Optional<OutOfFold> crossValidate(FeatureCaches features, int[] groups) {
        if (run.settings().get(Setting.FOLDS).isEmpty()) {
            return Optional.empty();
        }
        OutOfFold folds = new CrossValidation(run, features, groups, directory.cache()).run();
        stopwatch.lap("folds");
        return Optional.of(folds);
    }

    /** The report runs the photos that it shows through the network again. */
    private void keepTimeForReport(FeatureTimes times, FeatureCaches features) {
        int rows = features.train().samples().size() * features.train().views()
                + features.validation().samples().size();
        run.time().reserve(run.time().reserve() + REPORTED * times.forward() / 1e9 / rows);
    }

    /** The recipe with what of phase 2 fits into the time of the run. It is chosen once. */
    private RecipePlan fitting(Recipe recipe, PhaseOutcome head, RunProgress progress) {
        RecipePlan plan = run.network().plan();
        TimeLimit time = run.time();
        if (!time.isSet() || !plan.hasFineTuning()) {
            return plan;
        }
        FittingStages stages = progress.fitting().orElseGet(() -> progress.choose(chosen(plan, recipe, head)));
        time.reserve(stages.reserve());
        return stages.of(plan);
    }

    private FittingStages chosen(RecipePlan plan, Recipe recipe, PhaseOutcome head) {
        TimeLimit time = run.time();
        double most = TIMING * time.left();
        FittingPlan fitting = FittingPlan.of(plan, (1 - TIMING) * time.left(), stage -> recipe.cost(stage, head, most));
        run.listener()
                .info(String.format(
                        Locale.ROOT,
                        "Time limit %s: %s, about %.0f s",
                        time,
                        fitting.description(),
                        fitting.seconds()));
        return FittingStages.of(fitting, time.reserve() + fitting.after());
    }

    private SavedModel save(PhaseOutcome kept, RecipePlan plan) {
        TrainSettings settings = run.settings();
        Architecture architecture = run.network().architecture();
        List<String> classes = run.data().classes();
        SavedModel model = new SavedModel(
                architecture,
                classes,
                plan.unfreeze(kept.phase()),
                settings.preprocessing().toMap(),
                kept.weights());
        TrainingMemory.requireForSaving(kept.weights());
        TransferGraph graph = new TransferGraph(
                architecture,
                classes.size(),
                settings.get(Setting.DROPOUT),
                run.network().plan().head().training().learningRate().peak(),
                settings.get(Setting.SEED));
        files.model(model, graph);
        return model;
    }
}

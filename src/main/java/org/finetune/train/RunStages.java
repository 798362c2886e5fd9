package org.finetune.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.data.BadPhoto;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.quality.ClassCount;
import org.finetune.data.quality.DataReport;
import org.finetune.metrics.ClassificationMetrics;
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
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.TemperatureScaling;
import org.finetune.weights.ResolvedWeights;

/**
 * The stages of a run whose images and weights are found, from the features to the saved model. What a checkpoint in the
 * run directory has is not done again.
 */
final class RunStages {
    private final RunContext run;
    private final ResolvedWeights weights;
    private final RunDirectory directory;
    private final Stopwatch stopwatch;
    private final RunFiles files;

    RunStages(RunContext run, ResolvedWeights weights, RunDirectory directory, Stopwatch stopwatch) {
        this.run = run;
        this.weights = weights;
        this.directory = directory;
        this.stopwatch = stopwatch;
        this.files = new RunFiles(directory);
    }

    /**
     * Runs the stages.
     *
     * @param images the images as the run directory has recorded them
     * @param origin what the run is made from
     * @param afterwards hears of the run when its files are written, before it counts as finished
     */
    FinishedRun run(RunPhotos images, RunOrigin origin, Consumer<FinishedRun> afterwards) {
        CheckpointDirectory checkpoints = new CheckpointDirectory(directory.checkpoints(), run.listener()::warning);
        RunProgress progress = new RunProgress(run.settings(), files, checkpoints, run.interruption(), stopwatch);
        progress.restore().ifPresent(checkpoint -> run.listener()
                .info(String.format(
                        "Going on with %s epoch %d after %d images, where the last checkpoint was written",
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
        files.timings(stopwatch.stages(), finished.summary().featureTimes(), progress.history());
        files.metrics(finished.summary(), finished.predictions());
        afterwards.accept(finished);
        directory.deleteCache();
        // From now on the run is finished.
        checkpoints.clear();
        return finished;
    }

    private FinishedRun train(RunPhotos images, RunOrigin origin, RunProgress progress) {
        FeatureExtraction extraction = new FeatureExtraction(run);
        FeatureCaches features = extraction.run(weights.sha256());
        Examined photos = examine(features, images);
        RecipePlan plan = run.network().plan();
        Optional<OutOfFold> folds = crossValidate(features, photos.groups());
        Recipe recipe = new Recipe(folds.map(this::finalModel).orElse(run), features);
        PhaseRecord record = folds.map(others -> others.over(progress)).orElse(progress);
        run.shared().head(run.settings()).ifPresent(progress::take);
        PhaseOutcome head = recipe.trainHead(record);
        run.shared().keep(run.settings(), progress.head());
        stopwatch.lap(Phase.HEAD.label());
        boolean fineTunes = folds.isEmpty() || folds.get().choice().kept() == Phase.FINE_TUNE;
        PhaseOutcome fineTuned = null;
        for (FineTuningPlan stage : fineTunes ? plan.fineTuning() : List.<FineTuningPlan>of()) {
            fineTuned = recipe.fineTune(stage, fineTuned == null ? head : fineTuned, record);
            stopwatch.lap(Phase.FINE_TUNE.label());
        }
        ClassificationMetrics headFigures =
                folds.map(others -> others.figures(Phase.HEAD)).orElse(head.validation());
        ClassificationMetrics fineTunedFigures = fineTuned == null ? null : fineTuned.validation();
        if (folds.isPresent()) {
            fineTunedFigures = folds.get().figures(Phase.FINE_TUNE);
        }
        ModelChoice choice = ModelChoice.of(headFigures, fineTunedFigures);
        PhaseOutcome trained = choice.kept() == Phase.HEAD ? head : fineTuned;
        PhaseOutcome chosen = folds.map(others -> others.judged(trained)).orElse(trained);
        TemperatureScaling temperature = plan.scalesTemperature()
                ? chosen.temperature()
                : TemperatureScaling.none(chosen.validation().loss());
        PhaseOutcome kept = chosen.with(temperature);
        SavedModel model = save(kept);
        files.predictions(run.data().classes(), kept.predictions());
        FeatureDistance distance = new KeptFeatures(run, features).distance(kept);
        files.features(
                folds.map(others -> others.limited(distance, kept.phase())).orElse(distance));
        Optional<FoldStatistics> statistics = folds.map(others -> others.statistics(kept.predictions()));
        statistics.ifPresent(files::folds);
        List<String> classes = run.data().classes();
        Optional<LabelErrors> labels = folds.map(others -> LabelErrors.of(kept.predictions(), classes.size()));
        labels.ifPresent(errors -> files.labelErrors(errors, classes));
        stopwatch.lap("save");
        FeatureStudy.Result study = study(features, photos.groups());
        NextStep next = new NextStep(
                run.settings(),
                classes,
                photos.trained(),
                folds.map(others -> others.predictions(Phase.HEAD)).orElse(head.predictions()),
                fineTunedFigures == null
                        ? List.of()
                        : folds.isPresent() ? folds.get().predictions(Phase.FINE_TUNE) : fineTuned.predictions(),
                kept.validation(),
                choice,
                progress.history(),
                study);
        stopwatch.lap("study");
        TrainingSummary summary = new TrainingSummary(
                directory.path(),
                choice,
                headFigures,
                fineTunedFigures,
                kept.validation(),
                temperature,
                recipe.trainImages(),
                photos.skipped().size(),
                stopwatch.total(),
                extraction.times(),
                new RunInsights(statistics, labels, study, next.sentence()));
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

    /** What the final model of cross-validation is trained with: nothing is left to validate it with. */
    private RunContext finalModel(OutOfFold folds) {
        return new RunContext(
                run.settings(),
                run.network(),
                run.data(),
                run.shared(),
                folds.over(run.listener()),
                run.interruption());
    }

    /**
     * The photos when they were looked at.
     *
     * @param skipped those that cannot be used
     * @param groups a number for each training photo that can be used, which those that belong together have in common
     * @param trained number of training photos of each class that can be used
     */
    private record Examined(List<BadPhoto> skipped, int[] groups, int[] trained) {}

    /** Records what is known of the images now that they are decoded. */
    private Examined examine(FeatureCaches features, RunPhotos images) {
        UsablePhotos usable = new UsablePhotos(run, features);
        List<BadPhoto> skipped = usable.skipped();
        images.withHashes(features.hashes()).write(directory.images());
        PhotoNotices.skipped(skipped, run.listener());
        usable.requireEnough();
        files.skipped(skipped);
        DataReport report = new TrainingDataCheck(run.settings(), run.data(), features).report(skipped);
        files.data(report);
        PhotoNotices.findings(report, run.listener());
        stopwatch.lap("features");
        int[] groups = SampleGroups.of(features.train().samples(), run.data().train(), report, run.settings());
        return new Examined(
                skipped,
                groups,
                report.classes().stream().mapToInt(ClassCount::train).toArray());
    }

    private SavedModel save(PhaseOutcome kept) {
        TrainSettings settings = run.settings();
        Architecture architecture = run.network().architecture();
        List<String> classes = run.data().classes();
        SavedModel model = new SavedModel(
                architecture,
                classes,
                kept.phase() == Phase.HEAD ? 0 : settings.get(Setting.UNFREEZE),
                new Preprocessing(settings.get(Setting.SIZE)).toMap(),
                kept.weights());
        TransferGraph graph = new TransferGraph(
                architecture,
                classes.size(),
                settings.get(Setting.DROPOUT),
                run.network().plan().head().training().learningRate().peak(),
                settings.get(Setting.SEED));
        files.model(model, graph.unfrozen(kept.weights()));
        return model;
    }
}

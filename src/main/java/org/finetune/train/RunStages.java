package org.finetune.train;

import java.util.List;
import java.util.function.Consumer;
import org.finetune.data.BadPhoto;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.quality.DataReport;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.model.TransferGraph;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.checkpoint.CheckpointDirectory;
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
        List<BadPhoto> skipped = examine(features, images);
        RecipePlan plan = run.network().plan();
        Recipe recipe = new Recipe(run, features);
        run.shared().head(run.settings()).ifPresent(progress::take);
        PhaseOutcome head = recipe.trainHead(progress);
        run.shared().keep(run.settings(), progress.head());
        stopwatch.lap(Phase.HEAD.label());
        PhaseOutcome fineTuned = null;
        for (FineTuningPlan stage : plan.fineTuning()) {
            fineTuned = recipe.fineTune(stage, fineTuned == null ? head : fineTuned, progress);
            stopwatch.lap(Phase.FINE_TUNE.label());
        }
        ModelChoice choice = ModelChoice.of(head.validation(), fineTuned == null ? null : fineTuned.validation());
        PhaseOutcome chosen = choice.kept() == Phase.HEAD ? head : fineTuned;
        TemperatureScaling temperature = plan.scalesTemperature()
                ? chosen.temperature()
                : TemperatureScaling.none(chosen.validation().loss());
        PhaseOutcome kept = chosen.with(temperature);
        SavedModel model = save(kept);
        files.predictions(run.data().classes(), kept.predictions());
        files.features(new KeptFeatures(run, features).distance(kept));
        stopwatch.lap("save");
        TrainingSummary summary = new TrainingSummary(
                directory.path(),
                choice,
                head.validation(),
                fineTuned == null ? null : fineTuned.validation(),
                kept.validation(),
                temperature,
                recipe.trainImages(),
                skipped.size(),
                stopwatch.total(),
                extraction.times());
        return new FinishedRun(
                directory, run.settings(), origin.entries(), run.data(), skipped, model, kept.predictions(), summary);
    }

    /** Records what is known of the images now that they are decoded, and returns those that cannot be used. */
    private List<BadPhoto> examine(FeatureCaches features, RunPhotos images) {
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
        return skipped;
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

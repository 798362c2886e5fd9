package org.finetune.train;

import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.quality.DataReport;
import org.finetune.engine.fast.OpProfile;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.run.Interruption;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.checkpoint.CheckpointDirectory;
import org.finetune.weights.ResolvedWeights;

/**
 * The stages of a run whose images and weights are found, from the features to the saved model. What a checkpoint in the
 * run directory has is not done again.
 */
final class RunStages {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final Dataset data;
    private final ResolvedWeights weights;
    private final RunDirectory directory;
    private final SharedWork shared;
    private final TrainingListener listener;
    private final Interruption interruption;
    private final Stopwatch stopwatch;
    private final RunFiles files;
    private final NetworkFactory network;

    RunStages(
            TrainSettings settings,
            Dataset data,
            ResolvedWeights weights,
            RunDirectory directory,
            SharedWork shared,
            TrainingListener listener,
            Interruption interruption,
            Stopwatch stopwatch) {
        this.settings = settings;
        this.architecture = Architecture.of(settings.get(Setting.ALPHA), settings.get(Setting.SIZE));
        this.data = data;
        this.weights = weights;
        this.directory = directory;
        this.shared = shared;
        this.listener = listener;
        this.interruption = interruption;
        this.stopwatch = stopwatch;
        this.files = new RunFiles(directory);
        this.network = new NetworkFactory(settings, architecture, data.classes().size());
    }

    /**
     * Runs the stages.
     *
     * @param images the images as the run directory has recorded them
     * @param origin what the run is made from
     * @param profile where the time of each operation of the fast engine is added up, or null
     * @param afterwards hears of the run when its files are written, before it counts as finished
     */
    FinishedRun run(RunPhotos images, RunOrigin origin, OpProfile profile, Consumer<FinishedRun> afterwards) {
        CheckpointDirectory checkpoints = new CheckpointDirectory(directory.checkpoints(), listener::warning);
        RunProgress progress = new RunProgress(settings, files, checkpoints, interruption, stopwatch);
        progress.restore()
                .ifPresent(checkpoint -> listener.info(String.format(
                        "Going on with %s epoch %d after %d images, where the last checkpoint was written",
                        checkpoint.phase().label(),
                        checkpoint.progress().epoch(),
                        checkpoint.progress().images())));
        ComputationGraph graph = network.withNewHead(weights.weights());
        stopwatch.lap("prepare");
        FinishedRun finished;
        try (Recipe recipe =
                new Recipe(new RunContext(settings, architecture, data, network.engine(profile), shared, listener))) {
            List<BadPhoto> skipped = features(recipe, graph, images);
            shared.head(settings).ifPresent(progress::take);
            PhaseOutcome head = recipe.trainHead(graph, progress);
            shared.keep(settings, progress.head());
            stopwatch.lap(Phase.HEAD.label());
            PhaseOutcome fineTuned = null;
            if (recipe.hasFineTuning()) {
                fineTuned = recipe.fineTune(graph, progress);
                stopwatch.lap(Phase.FINE_TUNE.label());
            }
            PhaseOutcome kept = fineTuned == null || fineTuned.isWorseThan(head) ? head : fineTuned;
            SavedModel model = save(graph, kept);
            files.predictions(data.classes(), kept.predictions());
            stopwatch.lap("save");
            TrainingSummary summary = new TrainingSummary(
                    directory.path(),
                    kept.phase(),
                    head.validation(),
                    fineTuned == null ? null : fineTuned.validation(),
                    recipe.trainImages(),
                    skipped.size(),
                    stopwatch.total(),
                    recipe.featureTimes());
            finished = new FinishedRun(
                    directory, settings, origin.entries(), data, skipped, model, kept.predictions(), summary);
        }
        files.timings(stopwatch.stages(), finished.summary().featureTimes(), progress.history());
        files.metrics(finished.summary());
        afterwards.accept(finished);
        directory.deleteCache();
        // From now on the run is finished.
        checkpoints.clear();
        return finished;
    }

    /** Runs the frozen part and returns the images that cannot be used. */
    private List<BadPhoto> features(Recipe recipe, ComputationGraph graph, RunPhotos images) {
        List<BadPhoto> skipped = recipe.fillCaches(graph, weights.sha256(), interruption);
        images.withHashes(recipe.imageHashes()).write(directory.images());
        files.skipped(skipped);
        PhotoNotices.skipped(skipped, listener);
        DataReport report = recipe.checkData(skipped);
        files.data(report);
        PhotoNotices.findings(report, listener);
        recipe.requireImages(skipped);
        stopwatch.lap("features");
        return skipped;
    }

    private SavedModel save(ComputationGraph graph, PhaseOutcome kept) {
        SavedModel model = new SavedModel(
                architecture,
                data.classes(),
                kept.phase() == Phase.HEAD ? 0 : settings.get(Setting.UNFREEZE),
                new Preprocessing(settings.get(Setting.SIZE)).toMap(),
                kept.weights());
        files.model(model, network.finished(graph, kept.weights()));
        return model;
    }
}

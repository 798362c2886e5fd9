package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.head.TemperatureScaling;
import org.finetune.weights.ResolvedWeights;

/**
 * The stages of a run whose images and weights are found, from the features to the saved model. What a checkpoint in the
 * run directory has is not done again.
 */
final class RunStages {
    /** Part of the time that is left which timing the steps of a stage takes. */
    private static final double TIMING = 0.03;
    /** Some more than the report shows. */
    private static final int REPORTED = 100;

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
        RunProgress progress =
                new RunProgress(run.settings(), files, checkpoints, run.interruption(), run.time(), stopwatch);
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
        keepTimeForReport(extraction.times(), features);
        Recipe recipe = new Recipe(run, features);
        run.shared().head(run.settings()).ifPresent(progress::take);
        PhaseOutcome head = recipe.trainHead(progress);
        run.shared().keep(run.settings(), progress.head());
        stopwatch.lap(Phase.HEAD.label());
        RecipePlan plan = fitting(recipe, head, progress);
        PhaseOutcome chosen = head;
        List<FineTunedStage> stages = new ArrayList<>();
        try {
            for (FineTuningPlan stage : plan.fineTuning()) {
                PhaseOutcome fineTuned = recipe.fineTune(stage, chosen, progress);
                stopwatch.lap(fineTuned.phase().label());
                stages.add(FineTunedStage.of(chosen, fineTuned));
                chosen = stages.get(stages.size() - 1).isKept() ? fineTuned : chosen;
            }
        } catch (TimeUpException e) {
            run.listener()
                    .info(
                            "The time limit is near, before an epoch of the stage is over; what was there before is kept");
        }
        TemperatureScaling temperature = plan.scalesTemperature()
                ? chosen.temperature()
                : TemperatureScaling.none(chosen.validation().loss());
        PhaseOutcome kept = chosen.with(temperature);
        SavedModel model = save(kept, plan);
        files.predictions(run.data().classes(), kept.predictions());
        files.features(new KeptFeatures(run.with(plan), features).distance(kept));
        stopwatch.lap("save");
        TrainingSummary summary = new TrainingSummary(
                directory.path(),
                head.validation(),
                stages,
                kept.validation(),
                temperature,
                recipe.trainImages(),
                skipped.size(),
                stopwatch.total(),
                extraction.times());
        return new FinishedRun(
                directory, run.settings(), origin.entries(), run.data(), skipped, model, kept.predictions(), summary);
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
        if (progress.fitting() == null) {
            double most = TIMING * time.left();
            FittingPlan fitting =
                    FittingPlan.of(plan, (1 - TIMING) * time.left(), stage -> recipe.cost(stage, head, most));
            run.listener()
                    .info(String.format(
                            Locale.ROOT,
                            "Time limit %s: %s, about %.0f s",
                            time,
                            fitting.description(),
                            fitting.seconds()));
            progress.choose(FittingStages.of(fitting, time.reserve() + fitting.after()));
        }
        time.reserve(progress.fitting().reserve());
        return progress.fitting().of(plan);
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

    private SavedModel save(PhaseOutcome kept, RecipePlan plan) {
        TrainSettings settings = run.settings();
        Architecture architecture = run.network().architecture();
        List<String> classes = run.data().classes();
        SavedModel model = new SavedModel(
                architecture,
                classes,
                plan.unfreeze(kept.phase()),
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

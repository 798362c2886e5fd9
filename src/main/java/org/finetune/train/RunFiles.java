package org.finetune.train;

import java.util.List;
import java.util.Map;
import org.finetune.data.BadPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.metrics.FeatureDistance;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.LabelErrors;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.TransferGraph;
import org.finetune.run.AtomicFile;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.FoldFigures;
import org.finetune.run.files.History;
import org.finetune.run.files.LabelErrorList;
import org.finetune.run.files.Labels;
import org.finetune.run.files.Predictions;
import org.finetune.run.files.RunMetrics;
import org.finetune.run.files.SkippedImages;
import org.finetune.run.files.Timings;
import org.finetune.run.files.TrainingFeatures;
import org.finetune.train.advice.FeatureStudy;
import org.finetune.train.advice.LearningCurve;
import org.finetune.train.features.FeatureTimes;

/** Writes what a run comes to into the files of its directory. */
final class RunFiles {
    private final RunDirectory directory;
    private final LiveCurves curves;

    RunFiles(RunDirectory directory) {
        this.directory = directory;
        this.curves = new LiveCurves(directory.tensorBoard());
    }

    void config(String yaml) {
        AtomicFile.write(directory.config(), yaml);
    }

    /** Writes the history: the epochs that are over. */
    void history(List<EpochResult> epochs) {
        new History(epochs.stream()
                        .map(result -> new History.Epoch(
                                result.phase().label(),
                                result.epoch(),
                                result.learningRate(),
                                result.trainLoss(),
                                result.trainTop1(),
                                result.valLoss(),
                                result.valTop1(),
                                result.best()))
                        .toList())
                .write(directory.history());
    }

    /**
     * Adds an epoch to the curves for TensorBoard.
     *
     * @param step number of the epoch, counted from 1 over both phases
     */
    void curves(EpochResult result, int step) {
        curves.add(result, step);
    }

    /** Makes the next epoch for the curves one that replaces those from its step on. */
    void curvesBeginAnew() {
        curves.beginAnew();
    }

    void skipped(List<BadPhoto> images) {
        new SkippedImages(images.stream()
                        .map(image -> new SkippedImages.Image(image.id(), image.reason()))
                        .toList())
                .write(directory.skipped());
    }

    void predictions(List<String> classes, List<LabeledPrediction> predictions) {
        Predictions.write(directory.predictions(), classes, predictions);
    }

    void data(DataReport report) {
        AtomicFile.write(directory.data(), DataReportJson.write(report));
    }

    void model(SavedModel model, TransferGraph graph) {
        new Labels(model.classes()).write(directory.labels());
        AtomicFile.write(directory.model(), out -> ModelFile.write(out, model, graph));
    }

    void folds(FoldStatistics statistics) {
        FoldFigures.write(directory.folds(), statistics);
    }

    void labelErrors(LabelErrors errors, List<String> classes) {
        LabelErrorList.write(directory.labelErrors(), errors, classes);
    }

    void features(FeatureDistance distance) {
        TrainingFeatures.write(directory.features(), distance);
    }

    /**
     * Writes the metrics of the result.
     *
     * @param predictions what the model says about the validation images
     */
    void metrics(TrainingSummary summary, List<LabeledPrediction> predictions) {
        RunMetrics metrics = RunMetrics.of(
                        summary.kept().label(), summary.head(), summary.fineTuned(), summary.result())
                .withTemperature(summary.temperature(), summary.uncalibratedLoss())
                .withPhotos(summary.trainImages(), summary.skipped())
                .with(SelectiveAccuracy.of(predictions))
                .with(stages(summary));
        FeatureStudy.Result study = summary.insights().study();
        if (study.curve().isPresent()) {
            List<LearningCurve.Step> steps = study.curve().get().steps();
            metrics = metrics.withLearningCurve(
                    steps.stream().map(LearningCurve.Step::photos).toList(),
                    steps.stream().map(LearningCurve.Step::top1).toList(),
                    study.curve().get().gainOfTwice());
        }
        if (study.shift().isPresent()) {
            metrics = metrics.withShift(
                    study.shift().get().training(), study.shift().get().validation());
        }
        metrics.write(directory.metrics());
    }

    private static List<RunMetrics.Stage> stages(TrainingSummary summary) {
        return summary.stages().stream()
                .map(stage -> new RunMetrics.Stage(stage.phase().label(), stage.validation(), stage.isKept()))
                .toList();
    }

    /**
     * Writes how long everything took.
     *
     * @param seconds duration of each task
     */
    void timings(Map<String, Double> seconds, FeatureTimes features, List<EpochResult> epochs) {
        List<Timings.Epoch> epochSeconds = epochs.stream()
                .map(result -> new Timings.Epoch(result.phase().label(), result.epoch(), result.seconds()))
                .toList();
        new Timings(seconds, features.toMap(), epochSeconds).write(directory.timings());
    }
}

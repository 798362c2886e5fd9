package org.finetune.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.data.BadPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsJson;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;
import org.finetune.run.RunDirectory;
import org.finetune.train.features.FeatureTimes;

/** Writes the files of a run directory. */
final class RunFiles {
    private static final List<String> HISTORY_COLUMNS =
            List.of("phase", "epoch", "learning_rate", "train_loss", "train_top1", "val_loss", "val_top1", "best");

    private final RunDirectory directory;
    private final LiveCurves curves;

    RunFiles(RunDirectory directory) {
        this.directory = directory;
        this.curves = new LiveCurves(directory.tensorBoard());
    }

    void config(String yaml) {
        AtomicFile.write(directory.config(), yaml);
    }

    /**
     * Writes the history.
     *
     * @param epochs the epochs that are over
     * @param learningRate that of each phase
     */
    void history(List<EpochResult> epochs, ToDoubleFunction<Phase> learningRate) {
        StringBuilder text = new StringBuilder(Csv.line(HISTORY_COLUMNS));
        epochs.forEach(result -> text.append(Csv.line(List.of(
                result.phase().label(),
                result.epoch(),
                learningRate.applyAsDouble(result.phase()),
                result.trainLoss(),
                result.trainTop1(),
                result.valLoss(),
                result.valTop1(),
                result.best()))));
        // The checkpoint has it too, so it need not be forced to disk.
        AtomicFile.write(
                directory.history(), out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)), false);
    }

    /**
     * Adds an epoch to the curves for TensorBoard.
     *
     * @param step number of the epoch, counted from 1 over both phases
     */
    void curves(EpochResult result, int step, double learningRate) {
        curves.add(result, step, learningRate);
    }

    void skipped(List<BadPhoto> images) {
        StringBuilder text = new StringBuilder(Csv.line(List.of("path", "reason")));
        images.forEach(image -> text.append(Csv.line(List.of(image.id(), image.reason()))));
        AtomicFile.write(directory.skipped(), text.toString());
    }

    /** Writes a row for each validation image: file, class, and the probability of each class. */
    void predictions(List<String> classes, List<LabeledPrediction> predictions) {
        AtomicFile.write(directory.predictions(), out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            List<Object> header = new ArrayList<>(List.of("path", "sha256", "class", "predicted"));
            header.addAll(classes);
            writer.write(Csv.line(header));
            for (LabeledPrediction prediction : predictions) {
                List<Object> row = new ArrayList<>(List.of(
                        prediction.photo(),
                        prediction.sha256(),
                        classes.get(prediction.label()),
                        classes.get(prediction.predicted())));
                for (float probability : prediction.probabilities()) {
                    row.add(probability);
                }
                writer.write(Csv.line(row));
            }
            writer.flush();
        });
    }

    void data(DataReport report) {
        AtomicFile.write(directory.data(), DataReportJson.write(report));
    }

    void model(SavedModel model, ComputationGraph graph) {
        AtomicFile.write(directory.labels(), String.join("\n", model.classes()) + "\n");
        AtomicFile.write(directory.model(), out -> ModelFile.write(out, model, graph));
    }

    /** Writes the figures of the result. */
    void metrics(TrainingSummary summary) {
        Map<String, Object> metrics = new LinkedHashMap<>(MetricsJson.toMap(summary.result()));
        metrics.put("kept", summary.kept().label());
        metrics.put("head_top1", summary.head().top1());
        metrics.put("head_loss", summary.head().loss());
        if (summary.fineTuned() != null) {
            metrics.put("fine_tune_top1", summary.fineTuned().top1());
            metrics.put("fine_tune_loss", summary.fineTuned().loss());
        }
        metrics.put("fine_tune_gain", summary.fineTuneGain());
        metrics.put("train_images", summary.trainImages());
        metrics.put("skipped_images", summary.skipped());
        write(directory.metrics(), metrics);
    }

    /**
     * Writes how long everything took. It is apart from the metrics, which are the same whenever a run is repeated.
     *
     * @param seconds duration of each stage
     */
    void timings(Map<String, Double> seconds, FeatureTimes features, List<EpochResult> epochs) {
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("seconds", seconds);
        timings.put("feature_seconds", features.toMap());
        timings.put(
                "epochs",
                epochs.stream()
                        .map(result -> {
                            Map<String, Object> epoch = new LinkedHashMap<>();
                            epoch.put("phase", result.phase().label());
                            epoch.put("epoch", result.epoch());
                            epoch.put("seconds", result.seconds());
                            return epoch;
                        })
                        .toList());
        write(directory.timings(), timings);
    }

    private static void write(Path file, Map<String, Object> content) {
        try {
            AtomicFile.write(
                    file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No JSON: " + content, e);
        }
    }
}

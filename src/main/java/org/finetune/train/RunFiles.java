package org.finetune.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.data.BadImage;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsJson;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;
import org.finetune.run.RunDirectory;

/** Writes the files of a run directory. */
final class RunFiles {
    private static final List<String> HISTORY_COLUMNS = List.of(
            "phase", "epoch", "learning_rate", "train_loss", "train_top1", "val_loss", "val_top1", "seconds", "best");

    private final RunDirectory directory;
    private final LiveCurves curves;
    private final List<String> history = new ArrayList<>(List.of(Csv.line(HISTORY_COLUMNS)));

    RunFiles(RunDirectory directory) {
        this.directory = directory;
        this.curves = new LiveCurves(directory.tensorBoard());
    }

    void config(String yaml) {
        AtomicFile.write(directory.config(), yaml);
    }

    /** Adds a row to the history, and points to the curves for TensorBoard. */
    void epoch(EpochResult result, double learningRate) {
        history.add(Csv.line(List.of(
                result.phase().label(),
                result.epoch(),
                learningRate,
                result.trainLoss(),
                result.trainTop1(),
                result.valLoss(),
                result.valTop1(),
                result.seconds(),
                result.best())));
        AtomicFile.write(directory.history(), String.join("", history));
        curves.add(result, history.size() - 1, learningRate);
    }

    void skipped(List<BadImage> images) {
        StringBuilder text = new StringBuilder(Csv.line(List.of("path", "reason")));
        images.forEach(image -> text.append(Csv.line(List.of(image.path().toString(), image.reason()))));
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

    void model(SavedModel model, ComputationGraph graph) {
        AtomicFile.write(directory.labels(), String.join("\n", model.classes()) + "\n");
        AtomicFile.write(directory.model(), out -> ModelFile.write(out, model, graph));
    }

    /**
     * Writes the figures of the result.
     *
     * @param seconds duration of each stage
     */
    void metrics(TrainingSummary summary, Map<String, Double> seconds) {
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
        metrics.put("seconds", seconds);
        metrics.put("feature_seconds", summary.featureTimes().toMap());
        try {
            String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(metrics);
            AtomicFile.write(directory.metrics(), json + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Metrics that are no JSON: " + metrics, e);
        }
    }
}

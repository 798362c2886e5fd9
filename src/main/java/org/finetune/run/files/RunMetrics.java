package org.finetune.run.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsJson;
import org.finetune.metrics.SelectiveAccuracy;

/**
 * {@code metrics.json}: the metrics of a finished model. It is the same whenever a run is repeated.
 *
 * @param document the metrics by the names that scripts read; one of another version may have fewer or more
 */
public record RunMetrics(JsonNode document) {

    /**
     * The metrics of a model.
     *
     * @param kept label of the phase or stage whose model is the result
     * @param head validation metrics after phase 1
     * @param fineTuned validation metrics after phase 2, of several stages those of the one that is kept or else of the last,
     *     if there was one
     * @param result those of the two that are the model's
     */
    public static RunMetrics of(
            String kept,
            ClassificationMetrics head,
            Optional<ClassificationMetrics> fineTuned,
            ClassificationMetrics result) {
        Map<String, Object> metrics = new LinkedHashMap<>(MetricsJson.toMap(result));
        metrics.put("kept", kept);
        metrics.put("head_top1", head.top1());
        metrics.put("head_loss", head.loss());
        fineTuned.ifPresent(figures -> {
            metrics.put("fine_tune_top1", figures.top1());
            metrics.put("fine_tune_loss", figures.loss());
        });
        metrics.put(
                "fine_tune_gain",
                fineTuned.map(figures -> figures.top1() - head.top1()).orElse(0.0));
        return new RunMetrics(JsonFile.toTree(metrics));
    }

    /**
     * The same with how the model was calibrated.
     *
     * @param temperature by what its logits were divided
     * @param uncalibratedLoss validation loss without that
     */
    public RunMetrics withTemperature(double temperature, double uncalibratedLoss) {
        ObjectNode extended = document.deepCopy();
        extended.put("temperature", temperature).put("uncalibrated_loss", uncalibratedLoss);
        return new RunMetrics(extended);
    }

    /**
     * The same with the photos that it comes from.
     *
     * @param train number of training photos
     * @param skipped number of photos that could not be used
     */
    public RunMetrics withPhotos(int train, int skipped) {
        ObjectNode extended = document.deepCopy();
        extended.put("train_images", train).put("skipped_images", skipped);
        return new RunMetrics(extended);
    }

    /**
     * The same with the thresholds that are proposed for probabilities.
     *
     * @param curve accuracy against the share of validation photos answered
     */
    public RunMetrics with(SelectiveAccuracy curve) {
        List<Map<String, Object>> thresholds = new ArrayList<>();
        for (double accuracy : SelectiveAccuracy.PROPOSED) {
            curve.proposed(accuracy).ifPresent(point -> {
                Map<String, Object> threshold = new LinkedHashMap<>();
                threshold.put("accuracy", accuracy);
                threshold.put("threshold", point.threshold());
                threshold.put("answered", point.answered());
                threshold.put("right", point.hits());
                thresholds.add(threshold);
            });
        }
        ObjectNode extended = document.deepCopy();
        extended.set("thresholds", JsonFile.toTree(thresholds));
        return new RunMetrics(extended);
    }

    /**
     * What a stage of phase 2 came to.
     *
     * @param phase label of the stage
     * @param validation validation metrics after it
     * @param kept whether its model is better than the one that it began with
     */
    public record Stage(String phase, ClassificationMetrics validation, boolean kept) {}

    /**
     * The same with the stages of phase 2, where it has several.
     *
     * @param stages in the order in which they were trained
     */
    public RunMetrics with(List<Stage> stages) {
        if (stages.size() < 2) {
            return this;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Stage stage : stages) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("phase", stage.phase());
            row.put("top1", stage.validation().top1());
            row.put("loss", stage.validation().loss());
            row.put("kept", stage.kept());
            rows.add(row);
        }
        ObjectNode extended = document.deepCopy();
        extended.set("stages", JsonFile.toTree(rows));
        return new RunMetrics(extended);
    }

    /**
     * The same with a learning curve.
     *
     * @param photos numbers of training photos
     * @param top1 share of held-out training photos that heads trained on so many are right about
     * @param gainOfTwice what twice all photos would add, if that can be told
     */
    public RunMetrics withLearningCurve(List<Integer> photos, List<Double> top1, OptionalDouble gainOfTwice) {
        List<Map<String, Object>> points = new ArrayList<>();
        for (int i = 0; i < photos.size(); i++) {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("images", photos.get(i));
            point.put("top1", top1.get(i));
            points.add(point);
        }
        ObjectNode extended = document.deepCopy();
        extended.set("learning_curve", JsonFile.toTree(points));
        gainOfTwice.ifPresent(gain -> extended.put("gain_of_twice_the_images", gain));
        return new RunMetrics(extended);
    }

    /**
     * The same with the metrics on photos that were kept for a test.
     *
     * @param test the metrics of the result on them
     */
    public RunMetrics withTest(ClassificationMetrics test) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("images", test.images());
        figures.put("top1", test.top1());
        figures.put("top1_low", test.interval().low());
        figures.put("top1_high", test.interval().high());
        figures.put("macro_f1", test.macroF1());
        figures.put("loss", test.loss());
        ObjectNode extended = document.deepCopy();
        extended.set("test", JsonFile.toTree(figures));
        return new RunMetrics(extended);
    }

    /**
     * The same of a model whose validation photos are harder than its training photos.
     *
     * @param training share of held-out training photos that heads are right about
     * @param validation share of validation photos that the same heads are right about
     */
    public RunMetrics withShift(double training, double validation) {
        ObjectNode extended = document.deepCopy();
        extended.put("cross_validated_top1", training);
        extended.put("cross_validated_heads_validation_top1", validation);
        return new RunMetrics(extended);
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static RunMetrics read(Path file) throws IOException {
        return new RunMetrics(JsonFile.read(file));
    }

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void write(Path file) {
        JsonFile.write(file, document);
    }

    /** A metric of the model as a whole, or NaN if it is absent. */
    public double figure(String name) {
        return document.path(name).asDouble(Double.NaN);
    }

    /** Label of the phase or stage whose model is the result, or "" if it is absent. */
    public String kept() {
        return document.path("kept").asText();
    }

    /** Labels of the stages of phase 2, where it has several. */
    public List<String> stages() {
        List<String> stages = new ArrayList<>();
        document.path("stages").forEach(row -> stages.add(row.path("phase").asText()));
        return stages;
    }

    /** Names of the classes, in order. */
    public List<String> classes() {
        List<String> classes = new ArrayList<>();
        document.path("classes").forEach(row -> classes.add(row.path("name").asText()));
        return classes;
    }

    /**
     * The same metrics of classes with other names.
     *
     * @param names as many as there are classes, in order
     */
    public RunMetrics withClasses(List<String> names) {
        JsonNode renamed = document.deepCopy();
        int label = 0;
        for (JsonNode row : renamed.path("classes")) {
            ((ObjectNode) row).put("name", names.get(label));
            label++;
        }
        return new RunMetrics(renamed);
    }

    /** F1 of a class, or NaN if it is absent. */
    public double f1(String className) {
        for (JsonNode row : document.path("classes")) {
            if (row.path("name").asText().equals(className)) {
                return row.path("f1").asDouble(Double.NaN);
            }
        }
        return Double.NaN;
    }
}

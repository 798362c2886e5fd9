package org.finetune.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.RunDirectory;

/**
 * What a run directory tells of its run.
 *
 * @param directory the run directory
 * @param settings by key, and what the run was made from under "provenance." and its key
 * @param metrics the content of metrics.json
 * @param epochs in order, of both phases
 * @param photos the validation photos by content, none if the run has not written them down
 */
public record RecordedRun(
        Path directory,
        Map<String, String> settings,
        JsonNode metrics,
        List<RecordedEpoch> epochs,
        Map<String, ValidatedPhoto> photos) {

    /** A row of history.csv. */
    public record RecordedEpoch(String phase, double trainLoss, double trainTop1, double valLoss, double valTop1) {}

    /**
     * A row of predictions.csv.
     *
     * @param path where the photo was
     * @param truth the name of its class
     * @param predicted the name of the class that the run's model takes it for
     */
    public record ValidatedPhoto(String path, String truth, String predicted) {

        boolean right() {
            return truth.equals(predicted);
        }
    }

    /**
     * Reads a finished run.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory has no finished run, or a file in it cannot be
     *     read
     */
    public static RecordedRun read(Path directory) {
        RunDirectory run = new RunDirectory(directory);
        if (!Files.isRegularFile(run.metrics()) || !Files.isRegularFile(run.config())) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + directory
                            + "' has no finished run, since it lacks metrics.json or config.yaml; name a directory"
                            + " that 'finetune train' has written.");
        }
        return new RecordedRun(
                directory,
                settings(RunFileReader.yaml(run.config())),
                RunFileReader.json(run.metrics()),
                RunFileReader.csv(run.history()).stream()
                        .map(RecordedRun::epoch)
                        .toList(),
                photos(run.predictions()));
    }

    private static Map<String, String> settings(JsonNode config) {
        Map<String, String> settings = new LinkedHashMap<>();
        config.properties().forEach(field -> {
            if (field.getValue().isValueNode()) {
                settings.put(field.getKey(), text(field.getValue()));
            } else {
                field.getValue()
                        .properties()
                        .forEach(inner -> settings.put(field.getKey() + "." + inner.getKey(), text(inner.getValue())));
            }
        });
        return settings;
    }

    /** A value as users write it: without an exponent. */
    private static String text(JsonNode value) {
        return value.isFloatingPointNumber() && value.asText().contains("E")
                ? value.decimalValue().stripTrailingZeros().toPlainString()
                : value.asText();
    }

    private static RecordedEpoch epoch(Map<String, String> row) {
        return new RecordedEpoch(
                row.get("phase"),
                Double.parseDouble(row.get("train_loss")),
                Double.parseDouble(row.get("train_top1")),
                Double.parseDouble(row.get("val_loss")),
                Double.parseDouble(row.get("val_top1")));
    }

    /** Copies of a photo in the same class count once. */
    private static Map<String, ValidatedPhoto> photos(Path file) {
        Map<String, ValidatedPhoto> photos = new LinkedHashMap<>();
        if (Files.exists(file)) {
            RunFileReader.csv(file)
                    .forEach(row -> photos.putIfAbsent(
                            row.get("sha256") + " " + row.get("class"),
                            new ValidatedPhoto(row.get("path"), row.get("class"), row.get("predicted"))));
        }
        return photos;
    }

    /** A figure of metrics.json, or NaN if it is absent. */
    public double metric(String name) {
        return metrics.path(name).asDouble(Double.NaN);
    }
}

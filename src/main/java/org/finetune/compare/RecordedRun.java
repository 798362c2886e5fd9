package org.finetune.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.History;
import org.finetune.run.files.Predictions;
import org.finetune.run.files.RecordedConfig;
import org.finetune.run.files.RunMetrics;

/**
 * What a run directory tells of its run.
 *
 * @param directory the run directory
 * @param settings by key, and what the run was made from under "provenance." and its key
 * @param metrics the metrics of its model
 * @param history its epochs
 * @param photos the validation photos by content, none if the run has not written them down
 */
public record RecordedRun(
        Path directory,
        Map<String, String> settings,
        RunMetrics metrics,
        History history,
        Map<String, Predictions.Photo> photos) {

    /** Whether a directory has a finished run. */
    public static boolean isFinished(Path directory) {
        RunDirectory run = new RunDirectory(directory);
        return Files.isRegularFile(run.metrics()) && Files.isRegularFile(run.config());
    }

    /**
     * Reads a finished run.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory has no finished run, or a file in it cannot be
     *     read
     */
    public static RecordedRun read(Path directory) {
        RunDirectory run = new RunDirectory(directory);
        if (!isFinished(directory)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + directory
                            + "' has no finished run: metrics.json or config.yaml is missing; give a directory "
                            + "written by 'finetune train'.");
        }
        RunMetrics metrics = read(run.metrics(), RunMetrics::read);
        return new RecordedRun(
                directory,
                read(run.config(), RecordedConfig::read).values(),
                metrics,
                read(run.history(), History::read),
                photos(run.predictions(), metrics.figure("images")));
    }

    /**
     * Copies of a photo in the same class count once.
     *
     * @param count number of rows that the file has to have, or NaN if that is unknown
     */
    private static Map<String, Predictions.Photo> photos(Path file, double count) {
        Map<String, Predictions.Photo> photos = new LinkedHashMap<>();
        if (Files.exists(file)) {
            List<Predictions.Photo> rows = read(file, Predictions::read);
            if (!Double.isNaN(count) && rows.size() != (int) count) {
                throw unreadable(
                        file, "it has " + rows.size() + " photos, but the run was validated on " + (int) count, null);
            }
            rows.forEach(row -> photos.putIfAbsent(row.sha256() + " " + row.truth(), row));
        }
        return photos;
    }

    /** Reads a file of a run. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(Path file) throws IOException;
    }

    private static <T> T read(Path file, Reader<T> reader) {
        try {
            return reader.read(file);
        } catch (IOException e) {
            throw unreadable(file, FailureReason.of(e), e);
        }
    }

    private static FinetuneException unreadable(Path file, String reason, IOException e) {
        return new FinetuneException(
                ExitCode.DATA, "Cannot read '" + file + "': " + reason + "; train the run again or omit it.", e);
    }
}

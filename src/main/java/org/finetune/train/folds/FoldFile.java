package org.finetune.train.folds;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.FailureReason;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;
import org.finetune.train.checkpoint.CheckpointFile;
import org.finetune.train.checkpoint.Snapshot;

/**
 * Arrays of numbers and a description of a fold that is finished, in a file {@code fold-N.checkpoint}, so that a run that
 * was stopped need not train it again. The format is that of checkpoints.
 */
public final class FoldFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Consumer<String> warning;

    /**
     * Names the file.
     *
     * @param directory its directory, which is created if need be
     * @param fold number of the fold, from 1
     * @param warning is told that the file is damaged
     */
    public FoldFile(Path directory, int fold, Consumer<String> warning) {
        this.file = directory.resolve("fold-" + fold + ".checkpoint");
        this.warning = warning;
    }

    /**
     * What a file holds.
     *
     * @param description what is not an array
     */
    public record Content<T>(T description, Map<String, float[]> arrays) {}

    /** Reads the file; nothing if there is none or it is damaged. */
    public <T> Optional<Content<T>> read(Class<T> type) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Snapshot snapshot = CheckpointFile.read(file);
            T description = JSON.readValue(snapshot.description(), type);
            return description == null ? Optional.empty() : Optional.of(new Content<>(description, snapshot.arrays()));
        } catch (IOException e) {
            warning.accept("'" + file + "' is damaged, so its fold is trained again: " + FailureReason.of(e));
            return Optional.empty();
        }
    }

    /**
     * Writes the file so that it appears whole or not at all.
     *
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if it cannot be written
     */
    public <T> void write(Content<T> content) {
        try {
            PlainFiles.createDirectory(file.getParent());
            byte[] description = JSON.writeValueAsBytes(content.description());
            CheckpointFile.write(file, new Snapshot(description, content.arrays()), false);
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(file, e, "--out");
        }
    }
}

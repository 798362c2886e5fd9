package org.finetune.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.run.PlainFiles;

/**
 * The newest checkpoints of a run, in numbered files. Two are kept, so that there is one to fall back on if the newest
 * turns out to be damaged.
 */
public final class CheckpointDirectory {
    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("\\d{8}\\.checkpoint");
    private static final Pattern UNFINISHED = Pattern.compile("\\.\\d{8}\\.checkpoint\\.part");
    /** How often checkpoints are forced to disk, which takes longer than writing them. */
    private static final long FORCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Path directory;
    private final Consumer<String> warning;
    private int newest;
    private long lastForced = System.nanoTime() - FORCE_NANOS;

    /** What is made of a checkpoint. */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads what a checkpoint holds.
         *
         * @throws IOException saying in a few words what is wrong with it
         */
        T read(Snapshot snapshot) throws IOException;
    }

    /**
     * Names the directory, which is created with the first checkpoint.
     *
     * @param warning is notified of checkpoints that are damaged
     */
    public CheckpointDirectory(Path directory, Consumer<String> warning) {
        this.directory = directory;
        this.warning = warning;
        this.newest =
                files().stream().findFirst().map(CheckpointDirectory::number).orElse(0);
    }

    /** Reads the newest checkpoint that is good; damaged ones are reported and passed over. */
    public <T> Optional<T> newest(Reader<T> reader) {
        for (Path file : files()) {
            try {
                return Optional.of(reader.read(CheckpointFile.read(file)));
            } catch (IOException e) {
                warning.accept("The checkpoint '" + file + "' is damaged and is ignored: " + FailureReason.of(e));
            }
        }
        return Optional.empty();
    }

    /**
     * Writes a checkpoint and deletes all but the newest two. It survives the end of the process at once, a failure of
     * the machine if it is to, or if the last that did is some seconds old.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be written; the older ones are still there
     */
    public void write(Snapshot snapshot, boolean durable) {
        boolean force = durable || System.nanoTime() - lastForced >= FORCE_NANOS;
        try {
            PlainFiles.createDirectory(directory);
        } catch (IOException e) {
            throw cannotUse(e);
        }
        CheckpointFile.write(directory.resolve(String.format("%08d.checkpoint", newest + 1)), snapshot, force);
        newest++;
        if (force) {
            lastForced = System.nanoTime();
        }
        files().stream().skip(KEPT).forEach(this::delete);
    }

    /** Deletes all checkpoints, what a killed process has left of one, and the directory. */
    public void clear() {
        files(UNFINISHED).forEach(this::delete);
        files().forEach(this::delete);
        delete(directory);
    }

    /** Whether there is a directory of checkpoints, as there is from the first one until the run is finished. */
    public boolean exists() {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    private List<Path> files() {
        return files(NAME);
    }

    /** The files with names of a pattern, the newest first. */
    private List<Path> files(Pattern pattern) {
        if (!exists()) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file ->
                            pattern.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw cannotUse(e);
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().substring(0, 8));
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw cannotUse(e);
        }
    }

    private FinetuneException cannotUse(IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot write checkpoints in '" + directory + "': " + FailureReason.of(e)
                        + "; make the directory writable.",
                e);
    }
}

package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/** Says before a run writes activations how much room they take, and refuses where there is not enough. */
final class DiskSpace {
    private final Path directory;
    private final Consumer<String> info;
    private long claimed;

    /**
     * A directory in which nothing is claimed yet.
     *
     * @param directory where the activations go; made if it is not there
     * @param info hears what will be written
     */
    DiskSpace(Path directory, Consumer<String> info) {
        this.directory = directory;
        this.info = info;
    }

    /**
     * Claims room for files that may be there in part.
     *
     * @param images name of the images, such as "training"
     * @param bytes of all files
     * @param files those that may be there, the bytes of which are no longer to be written
     * @throws FinetuneException with {@link ExitCode#DATA} if there is not enough beside what was claimed before
     */
    void claim(String images, long bytes, List<Path> files) {
        claimed += missing(bytes, files);
        long free = free();
        String taken =
                String.format("Features of the %s photos take up to %,d MB in '%s'", images, mb(bytes), directory);
        if (claimed > free) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    String.format(
                            "%s, with all others %,d MB, but only %,d MB are free; free some space there, "
                                    + "choose another directory with --out or --cache, or use fewer --views or "
                                    + "a smaller --size.",
                            taken, mb(claimed), mb(free)));
        }
        info.accept(String.format("%s, where %,d MB are free", taken, mb(free)));
    }

    /**
     * Claims room for files that may be there in part and need not be written, if there is enough.
     *
     * @return whether there is
     */
    boolean tryClaim(long bytes, List<Path> files) {
        long missing = missing(bytes, files);
        if (claimed + missing > free()) {
            return false;
        }
        claimed += missing;
        return true;
    }

    private static long missing(long bytes, List<Path> files) {
        return Math.max(
                0,
                bytes - files.stream().mapToLong(file -> file.toFile().length()).sum());
    }

    private long free() {
        try {
            Files.createDirectories(directory);
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot write the feature cache in '" + directory + "': " + FailureReason.of(e)
                            + "; choose another directory with --out or --cache.",
                    e);
        }
    }

    private static long mb(long bytes) {
        return bytes / 1_000_000;
    }
}

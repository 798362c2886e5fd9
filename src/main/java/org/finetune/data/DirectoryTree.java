package org.finetune.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.OutputDirectory;

/**
 * A directory on disk.
 *
 * @param path the directory
 */
record DirectoryTree(Path path) implements PhotoTree {
    @Override
    public String name() {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    @Override
    public List<PhotoTree> subdirectories() {
        return directories().stream()
                .map(directory -> (PhotoTree) new DirectoryTree(directory))
                .toList();
    }

    private List<Path> directories() {
        if (!Files.exists(path)) {
            throw new FinetuneException(ExitCode.DATA, "The directory '" + path + "' does not exist; check --data.");
        }
        if (!Files.isDirectory(path)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + path + "' is not a directory; --data needs a directory with one sub-directory of "
                            + "photos per class, a zip or tar archive of one, a Parquet file of photos, or a .csv, .tsv or "
                            + ".jsonl file that lists photos.");
        }
        try (Stream<Path> children = Files.list(path)) {
            return children.filter(this::isVisibleDirectory)
                    .sorted((a, b) -> CodePointOrder.INSTANCE.compare(
                            a.getFileName().toString(), b.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            IOException failure =
                    PhotoFile.bad(path, e instanceof IOException read ? read : (IOException) e.getCause());
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The directory '" + path + "' cannot be read (" + BadPhoto.reason(failure)
                            + "); check its permissions.",
                    failure);
        }
    }

    private boolean isVisibleDirectory(Path child) {
        return Files.isDirectory(child)
                && !PhotoFile.isHidden(child.getFileName().toString())
                && !leadsAbove(child);
    }

    /** Whether a sub-directory is a link to the directory that holds it, or to one above. */
    private boolean leadsAbove(Path child) {
        try {
            return path.toRealPath().startsWith(child.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isOutput() {
        return OutputDirectory.isOne(path);
    }

    @Override
    public FoundPhotos directly() {
        List<Path> directories = directories();
        return PhotoSearch.in(path, 1, file -> !directories.contains(file));
    }

    @Override
    public FoundPhotos below() {
        return PhotoSearch.in(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

package org.finetune.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.StorageException;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;

/** The contents of model and weights files, on their way from the driver to the executors. */
final class ModelBytes {
    private ModelBytes() {}

    /**
     * Reads a model file.
     *
     * @param run path or URI of its run directory, or of the file itself
     * @throws FinetuneException with {@link ExitCode#MODEL} if there is none
     */
    static byte[] readModel(String run, Configuration configuration) {
        try {
            return read("RUN", run, Optional.of("model.zip"), configuration);
        } catch (FileNotFoundException e) {
            throw new FinetuneException(
                    ExitCode.MODEL, "There is no model in '" + run + "'; give the directory of a finished run.", e);
        }
    }

    /**
     * Reads a weights file.
     *
     * @param weights its path or URI
     * @throws FinetuneException with {@link ExitCode#MODEL} if it does not exist
     */
    static byte[] readWeights(String weights, Configuration configuration) {
        try {
            return read("--weights", weights, Optional.empty(), configuration);
        } catch (FileNotFoundException e) {
            throw new FinetuneException(
                    ExitCode.MODEL, "The weights file '" + weights + "' does not exist; correct --weights.", e);
        }
    }

    /**
     * Reads a file.
     *
     * @param option how the user calls what was named
     * @param inDirectory the file to read of a directory; without it, a directory is taken for a file that does not exist
     */
    private static byte[] read(String option, String named, Optional<String> inDirectory, Configuration configuration)
            throws FileNotFoundException {
        try {
            Path path = new Path(named);
            FileSystem storage = path.getFileSystem(configuration);
            if (inDirectory.isPresent() && storage.getFileStatus(path).isDirectory()) {
                path = new Path(path, inDirectory.get());
            }
            try (InputStream in = storage.open(path)) {
                return in.readAllBytes();
            }
        } catch (FileNotFoundException e) {
            throw e;
        } catch (IOException e) {
            throw StorageException.reading(named, e);
        } catch (IllegalArgumentException e) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    option + " '" + named + "' cannot be used (" + e.getMessage() + "); correct it.",
                    e);
        }
    }

    /**
     * The model.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if it cannot be used
     */
    static SavedModel parse(byte[] content) {
        try {
            java.nio.file.Path file = Files.createTempFile("finetune-model", ".zip");
            try {
                Files.write(file, content);
                return ModelFile.read(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.finetune.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.StorageException;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;

/** The content of a model file, on its way from the driver to the executors. */
final class ModelBytes {
    private ModelBytes() {}

    /**
     * Reads a model file.
     *
     * @param run path or URI of its run directory, or of the file itself
     * @throws FinetuneException with {@link ExitCode#MODEL} if there is none
     */
    static byte[] read(String run, Configuration configuration) {
        try {
            Path path = new Path(run);
            FileSystem storage = path.getFileSystem(configuration);
            Path file = storage.getFileStatus(path).isDirectory() ? new Path(path, "model.zip") : path;
            try (InputStream in = storage.open(file)) {
                return in.readAllBytes();
            }
        } catch (FileNotFoundException e) {
            throw new FinetuneException(
                    ExitCode.MODEL, "There is no model in '" + run + "'; give the directory of a finished run.", e);
        } catch (IOException e) {
            throw StorageException.reading(run, e);
        } catch (IllegalArgumentException e) {
            throw new FinetuneException(
                    ExitCode.USAGE, "RUN '" + run + "' is neither a path nor a URI; correct it.", e);
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

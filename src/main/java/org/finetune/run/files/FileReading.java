package org.finetune.run.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.run.PlainFiles;

/** Opens the files of a run directory, which may come from anybody. */
final class FileReading {
    private static final long MAX_BYTES = 256L << 20;

    private FileReading() {}

    /** Makes something of the content of a file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(InputStream in) throws IOException;
    }

    /**
     * Reads a file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    static <T> T read(Path file, Reader<T> reader) throws IOException {
        try (InputStream in = PlainFiles.read(file)) {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES + " bytes");
            }
            return reader.read(in);
        } catch (JsonProcessingException e) {
            throw new IOException(e.getOriginalMessage(), e);
        }
    }
}

package org.finetune.train.features;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * A file {@code <key>.<kind>} of a {@link CacheDirectory} that describes others: JSON with a component {@code content} and
 * its checksum {@code crc32c}, the CRC-32C of the content written without white space.
 */
final class ChecksummedJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ChecksummedJson() {}

    private record Document<T>(long crc32c, T content) {}

    /**
     * Reads a file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    static <T> T read(Path file, TypeReference<T> type) throws IOException {
        TypeFactory types = JSON.getTypeFactory();
        try (InputStream in = PlainFiles.read(file)) {
            Document<T> document =
                    JSON.readValue(in, types.constructParametricType(Document.class, types.constructType(type)));
            if (document == null || document.content() == null) {
                throw new IOException("it is empty");
            }
            if (document.crc32c() != crc32c(document.content())) {
                throw new IOException("its checksum is wrong");
            }
            return document.content();
        }
    }

    /** Writes a file so that it appears whole or not at all, replacing what is there. Others may write the same meanwhile. */
    static void write(Path file, Object content) throws IOException {
        Document<Object> document = new Document<>(crc32c(content), content);
        ObjectWriter writer =
                JSON.writer(SerializationFeature.INDENT_OUTPUT).without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        AtomicFile.write(file, PartFiles.temporary(file), out -> writer.writeValue(out, document), true);
    }

    /** The checksum of what is serialized little by little: of a million images it would be hundreds of megabytes. */
    private static long crc32c(Object content) throws IOException {
        CRC32C checksum = new CRC32C();
        try (OutputStream out = new CheckedOutputStream(OutputStream.nullOutputStream(), checksum)) {
            JSON.writeValue(out, content);
        }
        return checksum.getValue();
    }
}

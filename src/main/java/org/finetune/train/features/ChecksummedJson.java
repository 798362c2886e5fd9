package org.finetune.train.features;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.finetune.hash.Crc32c;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * A file {@code <key>.<kind>} of a {@link CacheDirectory} that describes others: JSON with a component {@code content} and
 * its checksum {@code crc32c}, the CRC-32C of the content written without white space.
 */
final class ChecksummedJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ChecksummedJson() {}

    private record Document(long crc32c, JsonNode content) {}

    /**
     * Reads a file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    static <T> T read(Path file, TypeReference<T> type) throws IOException {
        try (InputStream in = PlainFiles.read(file)) {
            Document document = JSON.readValue(in, Document.class);
            if (document == null
                    || document.content() == null
                    || document.content().isNull()) {
                throw new IOException("it is empty");
            }
            if (document.crc32c() != crc32c(document.content())) {
                throw new IOException("its checksum is wrong");
            }
            return JSON.readValue(JSON.treeAsTokens(document.content()), type);
        }
    }

    /**
     * Writes a file so that it appears whole or not at all, replacing what is there. Others may write the same meanwhile.
     */
    static void write(Path file, Object content) throws IOException {
        JsonNode tree = JSON.valueToTree(content);
        byte[] bytes =
                JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(new Document(crc32c(tree), tree));
        AtomicFile.write(file, PartFiles.temporary(file), out -> out.write(bytes), true);
    }

    private static long crc32c(JsonNode content) throws IOException {
        return Integer.toUnsignedLong(Crc32c.of(JSON.writeValueAsBytes(content)));
    }
}

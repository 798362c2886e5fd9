package org.finetune.run.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.finetune.run.AtomicFile;

/** Files that are one document of JSON, indented for people. */
final class JsonFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFile() {}

    static JsonNode read(Path file) throws IOException {
        return FileReading.read(file, JSON::readTree);
    }

    static void write(Path file, Object content) {
        try {
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("No JSON: " + content, e);
        }
    }

    static JsonNode toTree(Object content) {
        return JSON.valueToTree(content);
    }
}

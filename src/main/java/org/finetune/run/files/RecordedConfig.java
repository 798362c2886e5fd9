package org.finetune.run.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code config.yaml} as it stands, whatever version has written it: nothing is checked against the settings that there
 * are now. To run with it, it is read as settings.
 *
 * @param values the settings by key, and what the run was made from under "provenance." and its key
 */
public record RecordedConfig(Map<String, String> values) {

    /**
     * Reads the file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static RecordedConfig read(Path file) throws IOException {
        JsonNode config = FileReading.read(file, in -> new ObjectMapper(new YAMLFactory()).readTree(in));
        Map<String, String> values = new LinkedHashMap<>();
        config.properties().forEach(field -> {
            if (field.getValue().isValueNode()) {
                values.put(field.getKey(), text(field.getValue()));
            } else {
                field.getValue()
                        .properties()
                        .forEach(inner -> values.put(field.getKey() + "." + inner.getKey(), text(inner.getValue())));
            }
        });
        return new RecordedConfig(values);
    }

    /** A value as users write it: without an exponent. */
    private static String text(JsonNode value) {
        return value.isFloatingPointNumber() && value.asText().contains("E")
                ? value.decimalValue().stripTrailingZeros().toPlainString()
                : value.asText();
    }
}

package org.finetune.data.quality;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A {@link DataReport} as JSON: its components by their names in snake case, enum constants in small letters. */
public final class DataReportJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule().addSerializer(new EnumSerializer()))
            .build();

    private static final class EnumSerializer extends StdSerializer<Enum<?>> {
        private static final long serialVersionUID = 1L;

        EnumSerializer() {
            super(Enum.class, false);
        }

        @Override
        public void serialize(Enum<?> value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.name().toLowerCase(Locale.ROOT));
        }
    }

    private DataReportJson() {}

    /** The report as JSON, ended by a line feed. */
    public static String write(DataReport report) {
        return write((Object) report);
    }

    private static String write(Object content) {
        try {
            return JSON.writeValueAsString(content) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A report that is no JSON: " + content, e);
        }
    }

    /**
     * The report with something besides.
     *
     * @param name the name of what is added at the end
     */
    public static String write(DataReport report, String name, JsonNode added) {
        ObjectNode all = JSON.valueToTree(report);
        all.set(name, added);
        return write(all);
    }

    /**
     * Reads what {@link #write(DataReport)} has written.
     *
     * @throws IOException if it cannot be read or is something else
     */
    public static DataReport read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), DataReport.class);
    }
}

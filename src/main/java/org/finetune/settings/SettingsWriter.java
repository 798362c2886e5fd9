package org.finetune.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes settings as a configuration file that repeats a run. */
public final class SettingsWriter {
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private SettingsWriter() {}

    /**
     * Renders settings as YAML. Paths are made absolute, so that the file means the same everywhere. The run directory
     * is left out, because a repeated run needs another.
     *
     * @param provenance what the run was made from, such as versions and digests: strings, numbers, and maps and lists
     *     of such; {@link SettingsLoader} passes over it
     */
    public static String toYaml(TrainSettings settings, Map<String, ?> provenance) {
        Map<String, Object> document = new LinkedHashMap<>();
        for (Setting<?> setting : Setting.all()) {
            if (setting != Setting.OUT) {
                put(document, setting, settings);
            }
        }
        document.put(SettingsFile.PROVENANCE, provenance);
        YAMLFactory factory = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build();
        try {
            return new ObjectMapper(factory).writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Provenance that is no YAML: " + provenance, e);
        }
    }

    private static <T> void put(Map<String, Object> document, Setting<T> setting, TrainSettings settings) {
        T value = settings.get(setting);
        Object scalar = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (scalar == null) {
            return;
        }
        ValueType<T> type = setting.type();
        String text = type.format(value);
        switch (type.form()) {
            case NUMBER, WHOLE_NUMBER, TRUTH -> document.put(setting.key(), scalar);
            case WHOLE_NUMBER_OR_TEXT -> document.put(
                    setting.key(), NUMBER.matcher(text).matches() ? (Object) Integer.valueOf(text) : text);
            case TEXT, PATH -> document.put(
                    setting.key(), type.format(type.parse(text, Path.of("").toAbsolutePath())));
        }
    }
}

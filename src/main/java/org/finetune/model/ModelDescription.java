package org.finetune.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.Printable;

/**
 * What a model file says of the model beyond Deeplearning4j's configuration, as JSON.
 *
 * @param architecture width multiplier and input size
 * @param classes names of the classes in the order of the outputs
 * @param unfreeze number of base layers, from the pooling back, that were trained
 * @param preprocessing how image files become network input, as strings and numbers
 */
record ModelDescription(
        Architecture architecture, List<String> classes, int unfreeze, Map<String, Object> preprocessing) {
    private static final int FORMAT = 1;

    private static final int MAX_CLASSES = 100_000;
    /** File systems allow names of 255 bytes. */
    private static final int LONGEST_CLASS = 255;

    private static final ObjectMapper JSON = StrictJson.mapper();

    static ModelDescription of(SavedModel model) {
        return new ModelDescription(model.architecture(), model.classes(), model.unfreeze(), model.preprocessing());
    }

    /**
     * The same with other names of classes.
     *
     * @throws IOException saying what is wrong with the names
     */
    ModelDescription withClasses(List<String> names) throws IOException {
        return new ModelDescription(architecture, classes(names), unfreeze, preprocessing);
    }

    byte[] toJson() throws IOException {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("format", FORMAT);
        description.put("network", "MobileNetV2");
        description.put("alpha", architecture.alpha());
        description.put("size", architecture.size());
        description.put("unfreeze", unfreeze);
        description.put("classes", classes);
        description.put("preprocessing", preprocessing);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(description);
    }

    /**
     * Reads a description, which may say anything.
     *
     * @throws IOException saying what is wrong
     */
    static ModelDescription parse(byte[] json) throws IOException {
        Map<String, Object> description;
        try {
            description = JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IOException("finetune.json is not a valid JSON object", e);
        }
        if (description == null || !Integer.valueOf(FORMAT).equals(description.get("format"))) {
            throw new IOException("its format is not " + FORMAT);
        }
        return new ModelDescription(
                architecture(number(description, "alpha"), number(description, "size")),
                classes(description.get("classes")),
                unfreeze(number(description, "unfreeze")),
                stringKeys(description.get("preprocessing")));
    }

    private static Architecture architecture(Number alpha, Number size) throws IOException {
        try {
            return Architecture.of(alpha.doubleValue(), whole(size, "size"));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static int unfreeze(Number value) throws IOException {
        int unfreeze = whole(value, "unfreeze");
        if (unfreeze < 0) {
            throw new IOException("unfreeze in finetune.json is negative");
        }
        return unfreeze;
    }

    private static Number number(Map<String, Object> description, String key) throws IOException {
        if (description.get(key) instanceof Number number) {
            return number;
        }
        throw new IOException("finetune.json has no number '" + key + "'");
    }

    private static int whole(Number number, String key) throws IOException {
        if (number instanceof Integer whole) {
            return whole;
        }
        throw new IOException(key + " in finetune.json is not a whole number");
    }

    private static List<String> classes(Object value) throws IOException {
        if (!(value instanceof List<?> list) || list.size() < 2 || list.size() > MAX_CLASSES) {
            throw new IOException("finetune.json has no list of classes");
        }
        List<String> classes = new ArrayList<>();
        for (Object name : list) {
            if (!(name instanceof String text)) {
                throw new IOException("finetune.json has a class whose name is not text");
            }
            if (!isFolderName(text)) {
                throw new IOException("finetune.json has a class whose name cannot be that of a folder");
            }
            if (!Printable.isSafe(text)) {
                throw new IOException(
                        "finetune.json has a class whose name has control characters or changes the writing"
                                + " direction");
            }
            classes.add(text);
        }
        if (new HashSet<>(classes).size() < classes.size()) {
            throw new IOException("finetune.json has a class twice");
        }
        return classes;
    }

    private static boolean isFolderName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_CLASS
                && text.indexOf('/') < 0
                && text.indexOf(0) < 0
                && !text.equals(".")
                && !text.equals("..");
    }

    private static Map<String, Object> stringKeys(Object value) throws IOException {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IOException("finetune.json does not describe the preprocessing");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, entry) -> result.put(String.valueOf(key), entry));
        return result;
    }
}

package org.finetune.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.model.SavedModel;

/** The files beside an exported model that say what it takes and what it gives. */
public final class ExportedFiles {
    static final String LABELS = "labels.txt";
    /** Says how photos become input; every export has it. */
    public static final String PREPROCESSING = "preprocessing.json";
    /** A module for programs in Python that prepares photos. */
    public static final String PYTHON_MODULE = "preprocessing.py";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExportedFiles() {}

    /** How photos become network input: the model's preprocessing, and under {@code input} what the format's input is. */
    public static Map<String, Object> preprocessing(SavedModel model, Exporter exporter) {
        Map<String, Object> preprocessing = new LinkedHashMap<>(model.preprocessing());
        preprocessing.put("input", exporter.input(model));
        return preprocessing;
    }

    /** Writes the classes, one a line in the order of the outputs, and the preprocessing. */
    static void write(SavedModel model, Exporter exporter, Path directory) throws IOException {
        Files.write(directory.resolve(LABELS), model.classes());
        Files.writeString(
                directory.resolve(PREPROCESSING),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(preprocessing(model, exporter)) + "\n");
    }

    /** Names of what {@link #write} makes. */
    static List<String> names() {
        return List.of(LABELS, PREPROCESSING);
    }

    /** Copies a program that lies beside a class among the resources, under the same name. */
    public static void copy(Class<?> owner, String name, Path directory) throws IOException {
        copyTo(owner, name, directory.resolve(name));
    }

    /** Copies a program that lies beside a class among the resources. */
    public static void copyTo(Class<?> owner, String name, Path file) throws IOException {
        try (InputStream program = owner.getResourceAsStream(name)) {
            Files.copy(program, file);
        }
    }
}

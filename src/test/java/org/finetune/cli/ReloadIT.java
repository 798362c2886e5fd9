package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved model in a Java program that has Deeplearning4j alone. */
class ReloadIT {
    private static final int SIZE = 96;

    @TempDir
    private Path directory;

    @Test
    void plainDeeplearning4jGivesTheSameProbabilities() throws Exception {
        TrainedRun run = TrainedRun.shared();
        Path photos = PhotoFolder.create(directory.resolve("new-photos"), 2, 2);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(photos)) {
            found.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
        List<String> predictions = CliProcess.finetune(
                        "predict", run.directory().toString(), photos.toString(), "--format", "jsonl", "--top", "3")
                .call()
                .out()
                .lines()
                .toList();
        List<String> reloaded = reload(run.directory().resolve("model.zip"), files);
        assertEquals(6, predictions.size());
        assertEquals(6, reloaded.size());
        for (int row = 0; row < 6; row++) {
            JsonNode prediction = new ObjectMapper().readTree(predictions.get(row));
            assertEquals(files.get(row).toString(), prediction.get("path").textValue());
            String[] probabilities = reloaded.get(row).split(" ");
            for (JsonNode entry : prediction.get("classes")) {
                int label = PhotoFolder.CLASSES.indexOf(entry.get("class").textValue());
                assertEquals(entry.get("probability").doubleValue(), Double.parseDouble(probabilities[label]), 1e-4);
            }
        }
    }

    private List<String> reload(Path model, List<Path> files) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        PlainReload.class.getName(),
                        model.toString(),
                        pixels(files).toString(),
                        Integer.toString(files.size()),
                        Integer.toString(SIZE),
                        Integer.toString(SIZE))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return out.lines()
                .filter(line -> line.matches("[0-9.E-]+( [0-9.E-]+)*"))
                .toList();
    }

    /** The libraries without this project's jar, and of the test's classes only the program. */
    private String classPath() throws Exception {
        String file = PlainReload.class.getName().replace('.', '/') + ".class";
        Path classes = directory.resolve("classes");
        Path copy = classes.resolve(file);
        Files.createDirectories(copy.getParent());
        try (InputStream in = PlainReload.class.getClassLoader().getResourceAsStream(file)) {
            Files.copy(in, copy);
        }
        return classes + ":" + Path.of("target", "lib").toAbsolutePath() + "/*";
    }

    private Path pixels(List<Path> files) throws Exception {
        Path pixels = directory.resolve("pixels.bin");
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(SIZE), ImageDecoder.DEFAULT_MAX_PIXELS);
        float[] values = new float[SIZE * SIZE * 3];
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(pixels)));
                FloatPointer destination = new FloatPointer(values.length)) {
            for (Path file : files) {
                decoder.decode(Files.readAllBytes(file), List.of(View.PLAIN), destination);
                destination.get(values);
                for (float value : values) {
                    out.writeFloat(value);
                }
            }
        }
        return pixels;
    }
}

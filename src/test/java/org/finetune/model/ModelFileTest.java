package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One graph, which takes half a second to build, serves all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelFileTest {
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String DESCRIPTION = "finetune.json";
    private static final List<String> CLASSES = List.of("Ärger", "line\nfeed", "z");

    @TempDir
    private Path directory;

    private final Architecture architecture = Architecture.of(0.35, 32);
    private final List<KerasLayer> network = architecture.network(CLASSES.size());
    private final SavedModel model = new SavedModel(
            architecture, CLASSES, 20, Map.of("version", 1, "resize", "stretch"), RandomWeights.of(network, 4));
    private final ComputationGraph graph =
            new MobileNetV2(architecture, CLASSES.size(), 1, wanted -> model.weights()).init();
    private byte[] bytes;

    @BeforeAll
    void write() throws IOException {
        GraphWeights.write(model.weights(), graph, network);
        bytes = write(graph);
    }

    private byte[] write(ComputationGraph stock) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelFile.write(out, model, stock);
        return out.toByteArray();
    }

    private SavedModel read(byte[] content) throws IOException {
        return ModelFile.read(Files.write(directory.resolve("model.zip"), content));
    }

    /** Reading fails with one sentence that has the file and the given part. */
    private void assertRefused(byte[] content, String part) {
        FinetuneException failure = assertThrows(FinetuneException.class, () -> read(content));
        assertEquals(ExitCode.MODEL, failure.exitCode());
        assertTrue(failure.getMessage().contains(directory.resolve("model.zip").toString()), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    private void assertModel(SavedModel read) {
        assertEquals(architecture.alpha(), read.architecture().alpha());
        assertEquals(architecture.size(), read.architecture().size());
        assertEquals(model.classes(), read.classes());
        assertEquals(model.unfreeze(), read.unfreeze());
        assertEquals(model.preprocessing(), read.preprocessing());
        assertEquals(model.weights(), read.weights());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertModel(read(bytes));
    }

    @Test
    void sameModelGivesTheSameBytes() throws IOException {
        assertArrayEquals(bytes, write(graph));
    }

    @Test
    void deeplearning4jLoadsTheSameParameters() throws IOException {
        Path file = Files.write(directory.resolve("model.zip"), bytes);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file.toFile(), false);
        assertEquals(model.weights(), GraphWeights.read(loaded, network));
    }

    @Test
    void missingFileIsRefused() {
        FinetuneException failure =
                assertThrows(FinetuneException.class, () -> ModelFile.read(directory.resolve("absent.zip")));
        assertEquals(ExitCode.MODEL, failure.exitCode());
        assertTrue(failure.getMessage().contains("there is no such file"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.5, 0.99, 0.9999})
    void truncatedFileIsRefused(double share) {
        assertRefused(Arrays.copyOf(bytes, (int) (share * bytes.length)), "");
    }

    @Test
    void damagedBytesAreRefusedOrHarmless() throws IOException {
        // A byte at a time, over all entries and the directory at the end.
        int refused = 0;
        for (int position = 0; position < bytes.length; position += bytes.length / 40) {
            byte[] damaged = bytes.clone();
            damaged[position] ^= 0x55;
            try {
                assertModel(read(damaged));
            } catch (FinetuneException e) {
                assertEquals(ExitCode.MODEL, e.exitCode());
                refused++;
            }
        }
        // The zip's checksums cover what is read; the configuration is not.
        assertTrue(refused > 20, refused + " refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {COEFFICIENTS, DESCRIPTION})
    void missingEntryIsNamed(String name) throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        entries.remove(name);
        assertRefused(zip(entries), "it has no " + name);
    }

    @Test
    void configurationIsNotRead() throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        entries.put(
                "configuration.json", "{\"@class\": \"java.lang.ProcessBuilder\"}".getBytes(StandardCharsets.UTF_8));
        assertModel(read(zip(entries)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\" : 1 | \"format\" : 2 | its format is 2 instead of 1",
                "\"alpha\" : 0.35 | \"alpha\" : 0.36 | 0.36",
                "\"alpha\" : 0.35 | \"alpha\" : 1.0 | coefficients.bin",
                "\"alpha\" : 0.35 | \"alpha\" : \"big\" | no number 'alpha'",
                "\"size\" : 32 | \"size\" : -1 | -1",
                "\"size\" : 32 | \"sizes\" : 32 | no number 'size'",
                "\"Ärger\", | \"Ärger\", \"b\", | coefficients.bin",
                "\"Ärger\", | 5, | a class whose name is no text",
                "\"classes\" | \"classes\" : [], \"names\" | no list of classes",
                "\"preprocessing\" : { | \"preprocessing\" : 5, \"other\" : { | nothing of the preprocessing",
                "{ | [ | ",
            })
    void wrongDescriptionIsRefused(String right, String wrong, String part) throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        String text = new String(entries.get(DESCRIPTION), StandardCharsets.UTF_8);
        assertTrue(text.contains(right), text);
        entries.put(DESCRIPTION, text.replace(right, wrong).getBytes(StandardCharsets.UTF_8));
        assertRefused(zip(entries), part == null ? "" : part);
    }

    @Test
    void deeplyNestedDescriptionIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        entries.put(DESCRIPTION, ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        assertRefused(zip(entries), "");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void valuesThatAreNoNumbersAreRefused(float value) throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        byte[] coefficients = entries.get(COEFFICIENTS);
        ByteBuffer.wrap(coefficients).putFloat(coefficients.length - 400, value);
        assertRefused(zip(entries), "no finite number");
    }

    @Test
    void wrongNumberOfValuesIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        byte[] coefficients = entries.get(COEFFICIENTS);
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length - 4));
        assertRefused(zip(entries), "");
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length + 2000));
        assertRefused(zip(entries), "is larger than");
    }

    @Test
    void zipBombIsNotUnpacked() throws IOException {
        Map<String, byte[]> entries = entries(bytes);
        entries.put(DESCRIPTION, new byte[64 << 20]);
        byte[] bomb = zip(entries);
        assertFalse(bomb.length > 4 << 20);
        assertRefused(bomb, "is larger than");
    }

    private static Map<String, byte[]> entries(byte[] zip) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return out.toByteArray();
    }
}

package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
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
    private static final List<String> CLASSES = List.of("Ärger", "two words", "z");

    @TempDir
    private Path directory;

    private final Architecture architecture = Architecture.of(0.35, 32);
    private final List<KerasLayer> network = architecture.network(CLASSES.size());
    private final SavedModel model = SmallModel.of(CLASSES);
    private final ComputationGraph graph = SmallModel.graph(model);
    private byte[] bytes;

    @BeforeAll
    void write() throws IOException {
        bytes = SmallModel.bytes(model, graph);
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
        assertArrayEquals(bytes, SmallModel.bytes(model, graph));
    }

    @Test
    void timeZoneChangesNoByte() throws IOException {
        TimeZone zone = TimeZone.getDefault();
        try {
            for (String other : List.of("America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati")) {
                TimeZone.setDefault(TimeZone.getTimeZone(other));
                assertArrayEquals(bytes, SmallModel.bytes(model, graph), other);
            }
        } finally {
            TimeZone.setDefault(zone);
        }
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
        assertTrue(failure.getMessage().contains("no such file"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.5, 0.99, 0.9999})
    void truncatedFileIsRefused(double share) {
        assertRefused(Arrays.copyOf(bytes, (int) (share * bytes.length)), "");
    }

    @Test
    void damagedBytesAreRefused() {
        // A byte at a time, over all entries and the directory at the end.
        for (int position = 0; position < bytes.length; position += bytes.length / 40) {
            byte[] damaged = bytes.clone();
            damaged[position] ^= 0x55;
            assertRefused(damaged, "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"configuration.json", COEFFICIENTS, DESCRIPTION})
    void missingEntryIsNamed(String name) throws IOException {
        Map<String, byte[]> entries = ZipBytes.entries(bytes);
        entries.remove(name);
        assertRefused(ZipBytes.zip(entries), "it has no " + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\" : 1 | \"format\" : 2 | its format is not 1",
                "\"alpha\" : 0.35 | \"alpha\" : 0.36 | 0.36",
                "\"alpha\" : 0.35 | \"alpha\" : 1.0 | configuration.json has 16 as",
                "\"unfreeze\" : 20 | \"unfreeze\" : -1 | unfreeze in finetune.json is negative",
                "\"unfreeze\" : 20 | \"unfreeze\" : 1e300 | unfreeze in finetune.json is not a whole number",
                "\"size\" : 32 | \"size\" : 32.5 | size in finetune.json is not a whole number",
                "\"size\" : 32 | \"size\" : 32, \"size\" : 64 | not a valid JSON object",
                "\"alpha\" : 0.35 | \"alpha\" : \"big\" | no number 'alpha'",
                "\"size\" : 32 | \"size\" : -1 | -1",
                "\"size\" : 32 | \"sizes\" : 32 | no number 'size'",
                "\"Ärger\", | \"Ärger\", \"b\", | configuration.json has 3 as "
                        + "/vertices/predictions/layerConf/layer/nout",
                "\"Ärger\", | \"z\", | a class twice",
                "\"Ärger\", | \"\", | cannot be that of a folder",
                "\"Ärger\", | \"../x\", | cannot be that of a folder",
                "\"Ärger\", | \"..\", | cannot be that of a folder",
                "\"Ärger\", | \"a\\u001bb\", | has control characters",
                "\"Ärger\", | \"a\\nb\", | has control characters",
                "\"Ärger\", | \"a\\u2028b\", | has control characters",
                "\"Ärger\", | \"a\\u202eb\", | changes the writing direction",
                "\"Ärger\", | 5, | a class whose name is not text",
                "\"classes\" | \"classes\" : [], \"names\" | no list of classes",
                "\"preprocessing\" : { | \"preprocessing\" : 5, \"other\" : { | does not describe the preprocessing",
                "{ | [ | ",
            })
    void wrongDescriptionIsRefused(String right, String wrong, String part) throws IOException {
        Map<String, byte[]> entries = ZipBytes.entries(bytes);
        String text = new String(entries.get(DESCRIPTION), StandardCharsets.UTF_8);
        assertTrue(text.contains(right), text);
        entries.put(DESCRIPTION, text.replace(right, wrong).getBytes(StandardCharsets.UTF_8));
        assertRefused(ZipBytes.zip(entries), part == null ? "" : part);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void valuesThatAreNoNumbersAreRefused(float value) throws IOException {
        Map<String, byte[]> entries = ZipBytes.entries(bytes);
        byte[] coefficients = entries.get(COEFFICIENTS);
        ByteBuffer.wrap(coefficients).putFloat(coefficients.length - 400, value);
        assertRefused(ZipBytes.zip(entries), "a value that is not finite");
    }

    @Test
    void wrongNumberOfValuesIsRefused() throws IOException {
        Map<String, byte[]> entries = ZipBytes.entries(bytes);
        byte[] coefficients = entries.get(COEFFICIENTS);
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length - 4));
        assertRefused(ZipBytes.zip(entries), "");
        entries.put(COEFFICIENTS, Arrays.copyOf(coefficients, coefficients.length + 2000));
        assertRefused(ZipBytes.zip(entries), "is larger than");
    }
}

package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files that somebody has made to do harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileModelFileTest {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String DESCRIPTION = "finetune.json";

    @TempDir
    private Path directory;

    private byte[] good;
    private Map<String, byte[]> entries;

    /** Stands for the classes by which serialized objects run code: deserializing it leaves a trace. */
    private static final class Gadget implements Serializable {
        private static boolean hasRun;

        private void readObject(ObjectInputStream in) {
            hasRun = true;
        }
    }

    @BeforeAll
    void writeModel() throws IOException {
        SavedModel model = SmallModel.of(List.of("a", "b"));
        good = SmallModel.bytes(model, SmallModel.graph(model));
    }

    @BeforeEach
    void unpack() throws IOException {
        Gadget.hasRun = false;
        entries = ZipBytes.entries(good);
        ModelFile.read(write(ZipBytes.zip(entries)));
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(directory.resolve("model.zip"), content);
    }

    private void assertRefused(byte[] content, String part) throws IOException {
        Path file = write(content);
        FinetuneException failure = assertThrows(FinetuneException.class, () -> ModelFile.read(file));
        assertEquals(ExitCode.MODEL, failure.exitCode());
        assertTrue(failure.getMessage().startsWith("Cannot read the model '" + file + "': "), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertTrue(failure.getMessage().length() < 400, failure.getMessage());
    }

    private static byte[] serializedGadget() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gadget());
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preprocessor.bin", "normalizer.bin", "updaterState.bin"})
    void serializedObjectsAreRefusedAndDoNotRun(String name) throws IOException {
        entries.put(name, serializedGadget());
        assertRefused(ZipBytes.zip(entries), "it has an entry '" + name + "', which no model has");
        assertFalse(Gadget.hasRun);
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, COEFFICIENTS, DESCRIPTION})
    void serializedObjectsInPlaceOfEntriesDoNotRun(String name) throws IOException {
        entries.put(name, serializedGadget());
        assertRefused(ZipBytes.zip(entries), "");
        assertFalse(Gadget.hasRun);
    }

    @Test
    void deeplearning4jWouldHaveRunThem() throws IOException {
        entries.put("preprocessor.bin", serializedGadget());
        Path file = write(ZipBytes.zip(entries));
        try {
            ModelSerializer.restoreComputationGraphAndNormalizer(
                    new ByteArrayInputStream(Files.readAllBytes(file)), false);
        } catch (ClassCastException e) {
            // It is no normalizer, but by now it has run.
        }
        assertTrue(Gadget.hasRun);
    }

    @Test
    void nothingInTheProgramDeserializesJavaObjects() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target", "classes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String names = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(names.contains("java/io/ObjectInputStream"), file.toString());
                assertFalse(names.contains("org/deeplearning4j/util/ModelSerializer"), file.toString());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.ProcessBuilder",
                "org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer",
                "org.deeplearning4j.nn.conf.layers.convolutionlayer",
                "",
            })
    void foreignClassesAreRefused(String name) throws IOException {
        replace(
                CONFIGURATION,
                "\"@class\" : \"org.deeplearning4j.nn.conf.layers.ConvolutionLayer\"",
                "\"@class\" : \"" + name + "\"");
        assertRefused(ZipBytes.zip(entries), "it names the class '" + name + "'");
    }

    @Test
    void foreignClassesInUnusedPlacesAreRefused() throws IOException {
        replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@class\" : \"x.Y\"}");
        assertRefused(ZipBytes.zip(entries), "it names the class 'x.Y'");
    }

    @Test
    void otherWaysToNameATypeAreRefused() throws IOException {
        replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@type\" : \"x.Y\"}");
        assertRefused(ZipBytes.zip(entries), "it names the class 'x.Y'");
    }

    @Test
    void configurationOfAnotherNetworkIsRefused() throws IOException {
        replace(CONFIGURATION, "block_5_add", "block_5_sum");
        assertRefused(ZipBytes.zip(entries), "it lacks the layer block_5_add");
    }

    private void replace(String entry, String from, String to) {
        String text = new String(entries.get(entry), StandardCharsets.UTF_8);
        assertTrue(text.contains(from), from);
        entries.put(entry, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, DESCRIPTION})
    void deeplyNestedJsonIsRefused(String name) throws IOException {
        entries.put(name, ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        assertRefused(ZipBytes.zip(entries), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../evil.sh", "/etc/cron.d/evil", "a/", "finetune.json\u0000.sh", "\u001b[2J"})
    void strangeNamesAreRefusedAndNothingIsWritten(String name) throws IOException {
        entries.put(name, new byte[10]);
        assertRefused(ZipBytes.zip(entries), "which no model has");
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(directory.resolve("model.zip")), files.toList());
        }
    }

    @Test
    void longNamesAreCutInTheMessage() throws IOException {
        entries.put("x".repeat(3000), new byte[10]);
        assertRefused(ZipBytes.zip(entries), "xxx...'");
    }

    @Test
    void entriesGivenTwiceAreRefused() throws IOException {
        entries.put("finetune.jsoN", "{}".getBytes(StandardCharsets.UTF_8));
        String zip = new String(ZipBytes.zip(entries), StandardCharsets.ISO_8859_1);
        assertRefused(
                zip.replace("finetune.jsoN", DESCRIPTION).getBytes(StandardCharsets.ISO_8859_1),
                "it has finetune.json twice");
    }

    @Test
    void crowdsOfEntriesAreRefusedBeforeTheyAreRead() throws IOException {
        for (int i = 0; i < 1000; i++) {
            entries.put("entry" + i, new byte[0]);
        }
        assertRefused(ZipBytes.zip(entries), "it has more entries than a model");
    }

    @Test
    void directoriesIn64BitFormAreRefused() throws IOException {
        byte[] zip = ZipBytes.zip(entries);
        ByteBuffer longer = ByteBuffer.allocate(zip.length + 20).order(ByteOrder.LITTLE_ENDIAN);
        longer.put(zip, 0, zip.length - 22).putInt(0x07064b50).put(new byte[16]).put(zip, zip.length - 22, 22);
        assertRefused(longer.array(), "it has more entries than a model");
    }

    @Test
    void bytesAfterTheEndAreRefused() throws IOException {
        byte[] zip = ZipBytes.zip(entries);
        assertRefused(Arrays.copyOf(zip, zip.length + 1), "it is no zip file, or cut off");
    }

    @Test
    void bombOfParametersIsNotUnpacked() throws IOException {
        entries.put(COEFFICIENTS, new byte[64 << 20]);
        byte[] bomb = ZipBytes.zip(entries);
        assertTrue(bomb.length < 4 << 20);
        assertRefused(bomb, "coefficients.bin swells to 67108864 bytes");
    }

    @Test
    void bombOfTextIsNotUnpacked() throws IOException {
        entries.put(DESCRIPTION, "[".repeat(17 << 20).getBytes(StandardCharsets.UTF_8));
        assertRefused(ZipBytes.zip(entries), "finetune.json swells to");
    }

    @Test
    void entryThatHasMoreThanItSaysIsRefused() throws IOException {
        byte[] zip = ZipBytes.zip(entries);
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(zip.length - 6);
        assertEquals(0x02014b50, bytes.getInt(directory));
        // The size of the first entry when unpacked.
        bytes.putInt(directory + 24, bytes.getInt(directory + 24) - 1);
        assertRefused(zip, "is damaged");
    }

    @Test
    void negativeVarianceIsRefused() throws IOException {
        byte[] coefficients = entries.get(COEFFICIENTS);
        Architecture architecture = Architecture.of(0.35, 32);
        KerasLayer conv = architecture.layer("Conv1");
        long before = conv.parameterCount() + 3 * architecture.layer("bn_Conv1").trainableCount() / 2;
        long header = coefficients.length - 4 * CoefficientLayout.length(architecture.network(2));
        ByteBuffer.wrap(coefficients).putFloat((int) (header + 4 * before), -1);
        assertRefused(ZipBytes.zip(entries), "moving_variance");
    }

    @Test
    void directoryInPlaceOfTheFileIsRefused() {
        FinetuneException failure = assertThrows(FinetuneException.class, () -> ModelFile.read(directory));
        assertEquals(ExitCode.MODEL, failure.exitCode());
    }
}

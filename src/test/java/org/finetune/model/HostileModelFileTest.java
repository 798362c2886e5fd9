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
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files that somebody has made to do harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileModelFileTest {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String DESCRIPTION = "finetune.json";

    @TempDir
    private Path directory;

    private SavedModel model;
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
        model = SmallModel.of(List.of("a", "b"));
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
        assertTrue(runsInDeeplearning4j(ZipBytes.zip(entries)));
    }

    /** Whether Deeplearning4j's loader deserializes the object that a file has. */
    private static boolean runsInDeeplearning4j(byte[] file) throws IOException {
        Gadget.hasRun = false;
        try {
            ModelSerializer.restoreComputationGraphAndNormalizer(new ByteArrayInputStream(file), false);
        } catch (ClassCastException e) {
            // It is no preprocessor, but by now it has run.
        }
        return Gadget.hasRun;
    }

    @Test
    void entriesThatTheDirectoryDoesNotListAreRefused() throws IOException {
        byte[] gadget = ZipBytes.zip(Map.of("preprocessor.bin", serializedGadget()));
        Set<String> ran = new TreeSet<>();
        for (ZipViews.Changed changed : new ZipViews(good).smuggled(gadget)) {
            assertRefused(changed.zip(), "");
            assertFalse(Gadget.hasRun, changed.what());
            if (runsInDeeplearning4j(changed.zip())) {
                ran.add(changed.what());
            }
            Gadget.hasRun = false;
        }
        // These would have done harm.
        assertEquals(Set.of("in front, not counted", "before an entry", "in an entry", "before the directory"), ran);
    }

    @Test
    void headersThatDisagreeWithTheDirectoryAreRefused() throws IOException {
        Path file = write(good);
        List<String> accepted = new ZipViews(good)
                .disagreements()
                .filter(patch -> isAccepted(file, patch))
                .map(ZipViews.Patch::what)
                .toList();
        assertEquals(List.of(), accepted);
    }

    @Test
    void whatIsAcceptedIsTheSameNetworkInDeeplearning4j() throws IOException {
        Path file = write(good);
        List<String> accepted = new ZipViews(good)
                .agreements()
                .filter(patch -> isAccepted(file, patch))
                .map(ZipViews.Patch::what)
                .distinct()
                .toList();
        // Nothing but times may be anything.
        assertEquals(List.of("time", "date"), accepted);
    }

    /**
     * Whether a model file is accepted with other bytes in some places, which are restored afterwards. If it is, both of
     * Deeplearning4j's loaders find the same network in it, and nothing else.
     */
    private boolean isAccepted(Path file, ZipViews.Patch patch) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (Map.Entry<Integer, byte[]> place : patch.bytes().entrySet()) {
                channel.write(ByteBuffer.wrap(place.getValue()), place.getKey());
            }
            try {
                SavedModel read = ModelFile.read(file);
                assertEquals(model.classes(), read.classes(), patch.what());
                assertEquals(model.weights(), read.weights(), patch.what());
                assertSameInDeeplearning4j(file);
                return true;
            } catch (FinetuneException e) {
                assertEquals(ExitCode.MODEL, e.exitCode());
                return false;
            } finally {
                for (Map.Entry<Integer, byte[]> place : patch.bytes().entrySet()) {
                    int length = place.getValue().length;
                    channel.write(ByteBuffer.wrap(good, place.getKey(), length), place.getKey());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertSameInDeeplearning4j(Path file) throws IOException {
        List<KerasLayer> network = model.architecture().network(model.classes().size());
        for (ComputationGraph graph : List.of(
                ModelSerializer.restoreComputationGraph(file.toFile(), false),
                ModelSerializer.restoreComputationGraphAndNormalizer(
                                new ByteArrayInputStream(Files.readAllBytes(file)), false)
                        .getFirst())) {
            assertEquals(model.weights(), GraphWeights.read(graph, network));
        }
        assertFalse(Gadget.hasRun);
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, COEFFICIENTS, DESCRIPTION})
    void bytesAfterTheEndOfAnEntryAreRefused(String name) throws IOException {
        byte[] content = entries.get(name);
        byte[] more = "{\"vertices\":{}}".getBytes(StandardCharsets.UTF_8);
        byte[] longer = Arrays.copyOf(content, content.length + more.length);
        System.arraycopy(more, 0, longer, content.length, more.length);
        entries.put(name, longer);
        assertRefused(ZipBytes.zip(entries), "");
    }

    @Test
    void whatIsBeforeTheParametersIsAsItAlwaysIs() throws IOException {
        byte[] coefficients = entries.get(COEFFICIENTS);
        int values = (int) CoefficientLayout.length(model.architecture().network(2)) * Float.BYTES;
        // Every eighth byte is one of each field.
        for (int position = 7; position < coefficients.length - values; position += 8) {
            // Deeplearning4j would take memory of another kind, shape or step for the parameters.
            byte[] changed = coefficients.clone();
            changed[position] ^= 0x04;
            entries.put(COEFFICIENTS, changed);
            assertRefused(ZipBytes.zip(entries), COEFFICIENTS);
        }
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
        assertRefused(
                ZipBytes.zip(entries),
                "configuration.json has \"" + name + "\" as /vertices/Conv1/layerConf/layer/@class");
    }

    @Test
    void foreignClassesInUnusedPlacesAreRefused() throws IOException {
        replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@class\" : \"x.Y\"}");
        assertRefused(ZipBytes.zip(entries), "configuration.json has {\"@class\":\"x.Y\"} as ");
    }

    @Test
    void otherWaysToNameATypeAreRefused() throws IOException {
        replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@type\" : \"x.Y\"}");
        assertRefused(ZipBytes.zip(entries), "configuration.json has {\"@type\":\"x.Y\"} as ");
    }

    /** Deeplearning4j would compute something else than this program. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"block_5_add\" | \"block_5_sum\" | block_5_sum",
                "\"stride\" : [ 2, 2 ] | \"stride\" : [ 1, 1 ] | has 1 as /vertices/Conv1/layerConf/layer/stride/0",
                "ActivationReLU6 | ActivationIdentity | as /vertices/Conv1_relu/layerConf/layer/activationFn/@class",
                "\"Truncate\" | \"Same\" | as /vertices/block_1_depthwise/layerConf/layer/convolutionMode",
                "\"eps\" : 0.001 | \"eps\" : 0.01 | has 0.01 as /vertices/bn_Conv1/layerConf/layer/eps",
                "\"AVG\" | \"MAX\" | as /vertices/global_average_pooling2d/layerConf/layer/poolingType",
                "[ \"bn_Conv1\" ] | [ \"Conv1\" ] | as /vertexInputs/Conv1_relu/0",
                "[ \"predictions\" ] | [ \"dropout\" ] | as /networkOutputs/0",
                "\"stepFunction\" : null | \"stepFunction\" : null, \"more\" : 1 | /defaultConfiguration/more",
                "\"p\" : 1.0 | \"p\" : 0 | has 0 as /vertices/dropout/layerConf/layer/idropout/p"
            })
    void configurationOfAnotherNetworkIsRefused(String from, String to, String part) throws IOException {
        replace(CONFIGURATION, from, to);
        assertRefused(ZipBytes.zip(entries), part);
    }

    @Test
    void seedLearningRateAndDropoutMayBeAny() throws IOException {
        replace(CONFIGURATION, "\"seed\" : 1", "\"seed\" : -3");
        replace(CONFIGURATION, "\"learningRate\" : 0.001", "\"learningRate\" : 7");
        replace(CONFIGURATION, "\"p\" : 1.0", "\"p\" : 0.5");
        assertEquals(
                model.weights(), ModelFile.read(write(ZipBytes.zip(entries))).weights());
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
        assertRefused(longer.array(), "its directory is not where its end says");
    }

    @Test
    void bytesAfterTheEndAreRefused() throws IOException {
        byte[] zip = ZipBytes.zip(entries);
        assertRefused(Arrays.copyOf(zip, zip.length + 1), "it is not a zip file, or is truncated");
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
        // The size of the first entry when unpacked, in the directory and behind the content.
        int less = bytes.getInt(directory + 24) - 1;
        int contentEnd = 30 + CONFIGURATION.length() + bytes.getInt(directory + 20);
        bytes.putInt(directory + 24, less).putInt(contentEnd + 12, less);
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

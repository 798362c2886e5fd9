package org.finetune.model;

import static org.finetune.model.TamperedModel.COEFFICIENTS;
import static org.finetune.model.TamperedModel.CONFIGURATION;
import static org.finetune.model.TamperedModel.DESCRIPTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files whose entries somebody has changed to do harm. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileModelFileTest {
    private final TamperedModel tampered = new TamperedModel();

    @TempDir
    private Path directory;

    @BeforeEach
    void begin() throws IOException {
        Gadget.reset();
        tampered.reset(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"preprocessor.bin", "normalizer.bin", "updaterState.bin"})
    void serializedObjectsAreRefusedAndDoNotRun(String name) throws IOException {
        tampered.entries().put(name, Gadget.serialized());
        tampered.assertRefused("it has an entry '" + name + "', which no model has");
        assertFalse(Gadget.hasRun());
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, COEFFICIENTS, DESCRIPTION})
    void serializedObjectsInPlaceOfEntriesDoNotRun(String name) throws IOException {
        tampered.entries().put(name, Gadget.serialized());
        tampered.assertRefused("");
        assertFalse(Gadget.hasRun());
    }

    @Test
    void deeplearning4jWouldHaveRunThem() throws IOException {
        tampered.entries().put("preprocessor.bin", Gadget.serialized());
        assertTrue(Gadget.runsInDeeplearning4j(tampered.zip()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, COEFFICIENTS, DESCRIPTION})
    void bytesAfterTheEndOfAnEntryAreRefused(String name) throws IOException {
        byte[] content = tampered.entries().get(name);
        byte[] more = "{\"vertices\":{}}".getBytes(StandardCharsets.UTF_8);
        byte[] longer = Arrays.copyOf(content, content.length + more.length);
        System.arraycopy(more, 0, longer, content.length, more.length);
        tampered.entries().put(name, longer);
        tampered.assertRefused("");
    }

    @Test
    void whatIsBeforeTheParametersIsAsItAlwaysIs() throws IOException {
        byte[] coefficients = tampered.entries().get(COEFFICIENTS);
        int values =
                (int) CoefficientLayout.length(tampered.model().architecture().network(2)) * Float.BYTES;
        // Every eighth byte is one of each field.
        for (int position = 7; position < coefficients.length - values; position += 8) {
            // Deeplearning4j would take memory of another kind, shape or step for the parameters.
            byte[] changed = coefficients.clone();
            changed[position] ^= 0x04;
            tampered.entries().put(COEFFICIENTS, changed);
            tampered.assertRefused(COEFFICIENTS);
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
        tampered.replace(
                CONFIGURATION,
                "\"@class\" : \"org.deeplearning4j.nn.conf.layers.ConvolutionLayer\"",
                "\"@class\" : \"" + name + "\"");
        tampered.assertRefused("configuration.json has \"" + name + "\" as /vertices/Conv1/layerConf/layer/@class");
    }

    @Test
    void foreignClassesInUnusedPlacesAreRefused() throws IOException {
        tampered.replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@class\" : \"x.Y\"}");
        tampered.assertRefused("configuration.json has {\"@class\":\"x.Y\"} as ");
    }

    @Test
    void otherWaysToNameATypeAreRefused() throws IOException {
        tampered.replace(CONFIGURATION, "\"stepFunction\" : null", "\"stepFunction\" : {\"@type\" : \"x.Y\"}");
        tampered.assertRefused("configuration.json has {\"@type\":\"x.Y\"} as ");
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
        tampered.replace(CONFIGURATION, from, to);
        tampered.assertRefused(part);
    }

    @Test
    void seedLearningRateAndDropoutMayBeAny() throws IOException {
        tampered.replace(CONFIGURATION, "\"seed\" : 1", "\"seed\" : -3");
        tampered.replace(CONFIGURATION, "\"learningRate\" : 0.001", "\"learningRate\" : 7");
        tampered.replace(CONFIGURATION, "\"p\" : 1.0", "\"p\" : 0.5");
        assertEquals(
                tampered.model().weights(),
                ModelFile.read(tampered.write(tampered.zip())).weights());
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, DESCRIPTION})
    void deeplyNestedJsonIsRefused(String name) throws IOException {
        tampered.entries().put(name, ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        tampered.assertRefused("");
    }

    @Test
    void negativeVarianceIsRefused() throws IOException {
        byte[] coefficients = tampered.entries().get(COEFFICIENTS);
        Architecture architecture = Architecture.of(0.35, 32);
        KerasLayer conv = architecture.layer("Conv1");
        long before = conv.parameterCount() + 3 * architecture.layer("bn_Conv1").trainableCount() / 2;
        long header = coefficients.length - 4 * CoefficientLayout.length(architecture.network(2));
        ByteBuffer.wrap(coefficients).putFloat((int) (header + 4 * before), -1);
        tampered.assertRefused("moving_variance");
    }
}

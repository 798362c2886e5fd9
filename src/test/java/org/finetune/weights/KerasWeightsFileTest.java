package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasWeightsFileTest {
    private static final Architecture SMALLEST = Architecture.of(0.35, 96);
    private static final Weights WEIGHTS = KerasFileBuilder.random(SMALLEST, 1);

    @TempDir
    private Path directory;

    private Path file;
    private KerasFileBuilder builder;

    @BeforeEach
    void prepare() {
        file = directory.resolve("weights.h5");
        builder = KerasFileBuilder.of(SMALLEST, WEIGHTS);
    }

    @Test
    void readsTheOfficialFile() {
        Path official =
                SharedMaterial.require("weights/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5");

        KerasWeightsFile read = KerasWeightsFile.read(official, SMALLEST);

        Weights weights = read.weights();
        weights.requireMatch(SMALLEST.base());
        long statistics = weights.layerNames().stream()
                .filter(layer -> SMALLEST.layer(layer).parameterShapes().containsKey("moving_mean"))
                .mapToLong(layer -> 2L * weights.get(layer, "moving_mean").values().length)
                .sum();
        assertEquals(396_128, weights.count() - statistics);
        assertEquals(14_080, statistics);
        assertEquals(64, read.sha256().length());
    }

    @Test
    void readsByName() {
        assertEquals(WEIGHTS, read(builder.write(file)));
    }

    @Test
    void readsWholeModelAndPassesOverItsTop() {
        builder.layers.put("Logits", Map.of("kernel", new float[1280][5], "bias", new float[5]));

        assertEquals(WEIGHTS, read(builder.writeModel(file)));
    }

    @Test
    void readsInTheFilesOrderWhereNamesDiffer() {
        builder.rename(name -> "mobl_" + (1000 - builder.layers.size()) + "_" + name);

        assertEquals(WEIGHTS, read(builder.write(file)));
    }

    @Test
    void readsParametersInTheFilesOrderWhereNamesDiffer() {
        Map<String, Object> renamed = new LinkedHashMap<>();
        builder.layers.get("bn_Conv1").forEach((name, array) -> renamed.put("z" + (9 - renamed.size()), array));
        builder.layers.put("bn_Conv1", renamed);

        assertEquals(WEIGHTS, read(builder.write(file)));
    }

    @Test
    void readsDoubles() {
        float[] gamma = WEIGHTS.get("bn_Conv1", "gamma").values();
        double[] doubles = new double[gamma.length];
        Arrays.setAll(doubles, i -> gamma[i]);
        builder.layers.get("bn_Conv1").put("gamma", doubles);

        assertEquals(WEIGHTS, read(builder.write(file)));
    }

    @Test
    void extraLayersAreNotPassedOverInOrder() {
        builder.rename(name -> "other_" + name);
        builder.layers.put("Logits", Map.of("kernel", new float[1280][5], "bias", new float[5]));

        assertRefused(builder.write(file), "has no layer Conv1", "105 layers", "104");
    }

    @Test
    void anotherAlphaIsNamed() {
        Architecture half = Architecture.of(0.5, 96);
        KerasFileBuilder.of(half, KerasFileBuilder.random(half, 2)).write(file);

        assertRefused(file, "layer block_1_project with shape [1, 1, 48, 16]", "[1, 1, 48, 8]", "fits --alpha 0.5");
    }

    @Test
    void wrongShapeIsNamed() {
        builder.layers.get("Conv_1").put("kernel", new float[1][1][2][3]);

        assertRefused(
                builder.write(file),
                "kernel of layer Conv_1 with shape [1, 1, 2, 3]",
                "[1, 1, 112, 1280]",
                "alpha 0.35");
    }

    @Test
    void missingLayerIsNamed() {
        builder.layers.remove("block_3_expand_BN");

        assertRefused(builder.write(file), "has no layer block_3_expand_BN", "103 layers");
    }

    @Test
    void missingArrayIsNamed() {
        builder.layers.get("Conv_1_bn").remove("beta");

        assertRefused(builder.write(file), "has 3 arrays for layer Conv_1_bn", "gamma, beta");
    }

    @Test
    void wholeNumbersAreRefused() {
        builder.layers.get("bn_Conv1").put("gamma", new int[16]);

        assertRefused(builder.write(file), "no floating-point values in gamma of layer bn_Conv1");
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] gamma = WEIGHTS.get("bn_Conv1", "gamma").values().clone();
            gamma[7] = bad;
            builder.layers.get("bn_Conv1").put("gamma", gamma);

            assertRefused(builder.write(file), "NaN or infinite", "gamma of layer bn_Conv1");
        }
    }

    @Test
    void doublesBeyondTheRangeOfFloatAreRefused() {
        double[] gamma = new double[16];
        gamma[3] = 1e300;
        builder.layers.get("bn_Conv1").put("gamma", gamma);

        assertRefused(builder.write(file), "NaN or infinite", "gamma of layer bn_Conv1");
    }

    @Test
    void negativeVarianceIsRefused() {
        float[] variance = new float[16];
        variance[3] = -1;
        builder.layers.get("bn_Conv1").put("moving_variance", variance);

        assertRefused(builder.write(file), "negative values", "moving_variance of layer bn_Conv1");
    }

    @Test
    void layerNamesFromTheFileCannotControlTheTerminal() {
        builder.rename(name -> name.equals("Conv_1_bn") ? "evil\u001b[2J" : name);
        builder.layers.get("evil\u001b[2J").remove("beta");

        FinetuneException refusal = assertRefused(builder.write(file), "Conv_1_bn (called evil?[2J in the file)");
        assertTrue(refusal.getMessage().chars().noneMatch(Character::isISOControl));
    }

    @Test
    void filesThatAreNotHdf5AreRefused() throws IOException {
        assertRefused(Files.write(file, new byte[0]), "is not an HDF5 file");
        assertRefused(Files.writeString(file, "<html>Log in to the network</html>"), "is not an HDF5 file");
        assertRefused(directory.resolve("none.h5"), "does not exist");
        assertRefused(directory, "is not a regular file");
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(builder.write(file));
        for (int length :
                new int[] {8, 9, 40, 64, 100, 1000, whole.length / 10, whole.length / 2, whole.length - 4000}) {
            assertRefused(Files.write(file, Arrays.copyOf(whole, length)), "damaged or incomplete");
        }
    }

    private Weights read(Path written) {
        return KerasWeightsFile.read(written, SMALLEST).weights();
    }

    private FinetuneException assertRefused(Path bad, String... parts) {
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> KerasWeightsFile.read(bad, SMALLEST));
        assertEquals(ExitCode.MODEL, refusal.exitCode());
        assertTrue(refusal.getMessage().startsWith("Weights file " + bad), refusal.getMessage());
        for (String part : parts) {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
        return refusal;
    }
}

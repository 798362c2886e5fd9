package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that {@code scripts/convert-nsfwjs} made. */
class BundledWeightsTest {
    private static final Path FILE = Path.of("models", "mobilenet_v2_nsfwjs_1.0_224_no_top.h5");

    @ParameterizedTest
    @ValueSource(ints = {32, 96, 224, 257})
    void fitsTheWidestCommonBaseAtEverySize(int size) {
        Architecture architecture = Architecture.of(1.0, size);

        Weights weights = KerasWeightsFile.read(FILE, architecture).weights();

        weights.requireMatch(architecture.base());
        assertEquals(2_257_984, weights.count());
    }

    @Test
    void readsSignedInput() {
        Weights weights = KerasWeightsFile.read(FILE, Architecture.of(1.0, 224)).weights();

        // The response of the first layer to an average photo, under the mean ImageNet colour scaled to [-1, 1], is
        // what
        // its moving mean says.
        double[] colour = {2 * 0.485 - 1, 2 * 0.456 - 1, 2 * 0.406 - 1};
        float[] kernel = weights.get("Conv1", "kernel").values();
        float[] mean = weights.get("bn_Conv1", "moving_mean").values();
        for (int filter = 0; filter < mean.length; filter++) {
            double response = 0;
            for (int tap = 0; tap < 9; tap++) {
                for (int channel = 0; channel < 3; channel++) {
                    response += colour[channel] * kernel[(tap * 3 + channel) * mean.length + filter];
                }
            }
            assertEquals(response, mean[filter], 0.3, "filter " + filter);
        }
    }

    @Test
    void readmeNamesItsDigest() throws IOException {
        String sha256 = Sha256.of(Files.readAllBytes(FILE));

        assertTrue(Files.readString(Path.of("models", "README.md")).contains(sha256), sha256);
    }
}

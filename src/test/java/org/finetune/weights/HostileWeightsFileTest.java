package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that Keras did not write; {@code make_hostile.py} beside them made them. */
class HostileWeightsFileTest {
    private static final Architecture SMALLEST = Architecture.of(0.35, 96);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            soft-link-loop      | has a link at Conv1
            external-link       | has a link at Conv1
            hard-link-cycle     | lists the array Conv1/Conv1/
            tree-cycle          | is damaged or incomplete
            no-weight-names     | has no attribute weight_names for layer Conv1
            names-are-numbers   | has an attribute layer_names that is not a list of names
            keras3              | has no attribute layer_names
            absurd-shapes       | is damaged or incomplete
            """)
    void isRefusedInOneSentence(String name, String reason) throws URISyntaxException {
        assertRefused(resource(name + ".h5"), reason);
    }

    @Test
    void arraysAreCheckedBeforeTheyAreRead() throws URISyntaxException {
        try (HdfFile file = new HdfFile(resource("arrays.h5"))) {
            assertNotRead(file, "huge-chunks", "absurdly large chunks");
            assertNotRead(file, "no-data", "holds no values");
            assertNotRead(file, "strings", "no floating-point values");
        }
    }

    @Test
    void everyKindOfFloatIsRead() throws URISyntaxException {
        float[] expected = new float[16];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = i;
        }
        try (HdfFile file = new HdfFile(resource("arrays.h5"))) {
            for (String name : new String[] {"half", "big-endian", "compressed"}) {
                assertArrayEquals(expected, parameter(file, name).values(name), name);
            }
        }
    }

    /** Flips bytes of a good file: it is either refused or, where the flip hit a mere value, read. */
    @Test
    void damagedFilesNeverCrash(@TempDir Path directory) throws IOException {
        KerasFileBuilder builder = KerasFileBuilder.of(SMALLEST, KerasFileBuilder.random(SMALLEST, 3));
        byte[] good = Files.readAllBytes(builder.write(directory.resolve("good.h5")));
        Path bad = directory.resolve("bad.h5");
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            byte[] damaged = good.clone();
            for (int flips = 0; flips < 500; flips++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(bad, damaged);
            try {
                KerasWeightsFile.read(bad, SMALLEST);
            } catch (FinetuneException e) {
                assertEquals(ExitCode.MODEL, e.exitCode());
                refused++;
            }
        }
        assertTrue(refused > 30, refused + " refused");
    }

    private static void assertRefused(Path file, String reason) {
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> KerasWeightsFile.read(file, SMALLEST));
        assertEquals(ExitCode.MODEL, refusal.exitCode());
        assertTrue(refusal.getMessage().contains(file + " " + reason), refusal.getMessage());
    }

    private static void assertNotRead(HdfFile file, String name, String reason) {
        StoredParameter parameter = parameter(file, name);
        BadWeightsException refusal = assertThrows(BadWeightsException.class, () -> parameter.values(name));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static StoredParameter parameter(HdfFile file, String name) {
        return new StoredParameter(name, file.getDatasetByPath(name));
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(HostileWeightsFileTest.class.getResource(name).toURI());
    }
}

package org.finetune.train;

import static org.finetune.train.CachedTraining.PHOTOS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.data.Augment;
import org.finetune.settings.Setting;
import org.finetune.train.CachedTraining.Result;
import org.finetune.train.CachedTraining.Stopped;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe with activations of a pass that was stopped, or whose files were changed since. */
class StoppedFeaturesTest {
    private CachedTraining training;

    @BeforeEach
    void writePhotos(@TempDir Path directory) throws IOException {
        training = new CachedTraining(directory);
    }

    /** A pass that takes photos from another entry goes on, when it was stopped, to the same bits. */
    @Test
    void stoppedPassAmongKeptPhotosGoesOn() throws IOException {
        training.computed();
        CachedTraining.assumeSameBatch();
        Random random = new Random(9);
        for (int i = 0; i < PHOTOS; i++) {
            training.writePhoto("train/dark/" + i + "b.png", 0, random);
            training.writePhoto("train/light/" + i + "b.png", 128, random);
            training.writePhoto("train/light/" + i + "c.png", 128, random);
        }
        training.stopAfter(1);
        assertThrows(Stopped.class, () -> training.train());
        training.stopAfter(Integer.MAX_VALUE);
        Result resumed = training.train();
        assertTrue(
                resumed.featureStages().get(0) > 0 && resumed.featureStages().get(0) < 3L * PHOTOS,
                resumed.featureStages()::toString);
        training.withoutCache();
        assertArrayEquals(training.train().model(), resumed.model());
    }

    /** In the cache directory, and in that of the run, with and without augmentation that is random. */
    @Test
    void stoppedPassGoesOnWhereABatchBegan() throws IOException {
        for (Augment augment : List.of(Augment.FLIP, Augment.STANDARD)) {
            training.put(Setting.AUGMENT, augment);
            training.withoutCache();
            training.deleteRunCache();
            byte[] whole = training.train().model();
            for (boolean cached : new boolean[] {false, true}) {
                if (cached) {
                    training.cacheIn("cache-" + augment);
                }
                training.deleteRunCache();
                training.stopAfter(PHOTOS + 1);
                assertThrows(Stopped.class, () -> training.train());
                training.stopAfter(Integer.MAX_VALUE);
                Result resumed = training.train();
                assertTrue(resumed.featureStages().get(0) < 3 * PHOTOS, resumed.featureStages()::toString);
                assertArrayEquals(whole, resumed.model());
                assertEquals(1, resumed.bad().size());
                assertEquals(
                        List.of(),
                        training.warnings().stream()
                                .filter(text -> !text.startsWith("skipped"))
                                .toList());
            }
        }
    }

    @Test
    void runsActivationsAreCheckedToo() throws IOException {
        training.withoutCache();
        byte[] whole = training.train().model();
        Path file;
        try (Stream<Path> files = Files.list(training.runCache())) {
            file = files.filter(f -> f.toString().endsWith(".f32"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Result resumed = training.train();
        assertArrayEquals(whole, resumed.model());
        assertTrue(
                training.warnings().stream().anyMatch(text -> text.contains("damaged")), training.warnings()::toString);

        training.writePhoto("train/light/0.png", 0, new Random(77));
        training.train();
        assertTrue(
                training.warnings().stream().anyMatch(text -> text.contains("have changed since")),
                training.warnings()::toString);
    }

    @Test
    void damagedActivationsAreComputedAgain() throws IOException {
        Result kept = training.train();
        training.damageCache(0.5);
        Result repaired = training.train();
        assertEquals(1, repaired.basesMade());
        assertEquals(
                2,
                training.warnings().stream()
                        .filter(warning -> warning.contains("damaged"))
                        .count(),
                training.warnings()::toString);
        assertArrayEquals(kept.model(), repaired.model());
        assertEquals(List.of(), training.computed());
    }
}

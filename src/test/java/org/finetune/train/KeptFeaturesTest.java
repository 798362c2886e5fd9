package org.finetune.train;

import static org.finetune.train.CachedTraining.PHOTOS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.finetune.data.Augment;
import org.finetune.settings.Setting;
import org.finetune.settings.Unfreezing;
import org.finetune.train.CachedTraining.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe with activations from earlier runs: which photos it still computes. */
class KeptFeaturesTest {
    private CachedTraining training;

    @BeforeEach
    void writePhotos(@TempDir Path directory) throws IOException {
        training = new CachedTraining(directory);
    }

    @Test
    void secondRunMakesTheSameModelWithoutTheFrozenPart() throws IOException {
        Result kept = training.train();
        assertEquals(1, kept.basesMade());
        assertEquals(List.of(4L * PHOTOS), kept.featureStages());
        assertEquals(1, kept.bad().size());

        Result again = training.train();
        assertEquals(0, again.basesMade());
        assertEquals(List.of(), again.featureStages());
        assertArrayEquals(kept.model(), again.model());
        assertEquals(kept.bad(), again.bad());

        training.withoutCache();
        Result without = training.train();
        assertEquals(1, without.basesMade());
        assertArrayEquals(without.model(), kept.model());
    }

    @Test
    void onlyWhatChangedIsComputedAgain() throws IOException {
        training.computed();
        CachedTraining.assumeSameBatch();
        training.writePhoto("val/dark/0.png", 0, new Random(77));
        assertEquals(List.of(1L), training.computed());
        assertEquals(List.of(), training.computed());

        training.put(Setting.AUGMENT, Augment.STANDARD);
        training.put(Setting.VIEWS, 2);
        assertEquals(List.of(2L * PHOTOS), training.computed());
        training.beginWith(CachedTraining.otherWeights());
        assertEquals(List.of(4L * PHOTOS), training.computed());

        training.put(Setting.UNFREEZE, Unfreezing.of(0));
        assertEquals(List.of(), training.computed());
        training.put(Setting.UNFREEZE, Unfreezing.of(60));
        // That one of them cannot be decoded is known by now.
        assertEquals(List.of(4L * PHOTOS - 1), training.computed());
    }

    /** Only the new photos run through the network, and the model is the one of a run without a cache, to the byte. */
    @Test
    void photosAmongOthersAreComputedOnce() throws IOException {
        for (Augment augment : List.of(Augment.FLIP, Augment.STANDARD)) {
            training.put(Setting.AUGMENT, augment);
            training.cacheIn("cache-" + augment);
            training.computed();
            CachedTraining.assumeSameBatch();
            // One before all others, one among them and one after them, in one class or the other.
            training.writePhoto("train/dark/00.png", 0, new Random(77));
            training.writePhoto("train/light/10a.png", 128, new Random(78));
            training.writePhoto("train/light/9z.png", 128, new Random(79));
            training.writePhoto("val/dark/3a.png", 0, new Random(80));
            Result grown = training.train();
            assertEquals(List.of(4L), grown.featureStages());
            assertEquals(1, grown.bad().size());

            // From one side to the other: the first view of an augmented photo is the photo itself.
            Files.move(training.photo("train/dark/1.png"), training.photo("val/dark/1a.png"));
            Result moved = training.train();
            assertEquals(List.of(), moved.featureStages());
            training.withoutCache();
            training.deleteRunCache();
            assertArrayEquals(training.train().model(), moved.model());
            Files.move(training.photo("val/dark/1a.png"), training.photo("train/dark/1.png"));
            training.deleteRunCache();
            assertArrayEquals(training.train().model(), grown.model());
            for (String added : List.of("train/dark/00", "train/light/10a", "train/light/9z", "val/dark/3a")) {
                Files.delete(training.photo(added + ".png"));
            }
        }
    }

    /** Of a run that continues from another: new photos run through all layers, others only through those that are new. */
    @Test
    void layersThatAParentHasNotTrainedAreNotRunAgain() throws IOException {
        Result parent = training.train();
        CachedTraining.assumeSameBatch();
        training.writePhoto("train/dark/00.png", 0, new Random(77));
        training.writePhoto("train/light/10a.png", 128, new Random(78));
        training.continueFrom(parent.weights(), 20);
        Result child = training.train();
        assertEquals(2, child.decoded());
        assertEquals(List.of(4L * PHOTOS + 1), child.featureStages(), "That one cannot be decoded is known");
        assertEquals(0, training.train().basesMade());

        // More stages, and a cut after the joint.
        training.put(Setting.UNFREEZE, new Unfreezing(List.of(4, 20)));
        Result stages = training.train();
        assertEquals(0, stages.decoded());

        training.cacheIn("empty");
        assertArrayEquals(stages.model(), training.train().model());
        training.put(Setting.UNFREEZE, Unfreezing.of(20));
        training.withoutCache();
        assertArrayEquals(child.model(), training.train().model());

        // Layers before the joint that are others.
        training.cacheIn("cache");
        training.continueFrom(CachedTraining.otherWeights(), 20);
        assertEquals(4 * PHOTOS + 1, training.train().decoded());
    }

    @Test
    void otherPhotosAreTakenFromSeveralEntriesAndDamagedOnesAreNot() throws IOException {
        training.computed();
        CachedTraining.assumeSameBatch();
        training.writePhoto("train/dark/00.png", 0, new Random(77));
        assertEquals(List.of(1L), training.computed());
        training.writePhoto("train/light/00.png", 128, new Random(78));
        Files.delete(training.photo("train/dark/3.png"));
        assertEquals(List.of(1L), training.computed());

        training.damageCache(0);
        training.writePhoto("train/dark/01.png", 0, new Random(79));
        // The new one, and the first training photo, whose records are damaged in all entries.
        assertEquals(List.of(2L), training.computed());
        training.withoutCache();
        byte[] cold = training.train().model();
        training.cacheIn("cache");
        assertArrayEquals(cold, training.train().model());
    }
}

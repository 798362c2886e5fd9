package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fast.FastEngine;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.PhotoSet;
import org.finetune.train.features.RunStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The head on a small network of random weights, whose features still tell photos apart. */
class PhaseTrainerTest {
    private static final int SIZE = 32;
    private static final int BATCH = 8;
    private static final int IMAGES_PER_CLASS = 7;
    private static final List<String> CLASSES = PhotoFolder.CLASSES;

    @TempDir
    private Path directory;

    private final Architecture architecture = Architecture.of(0.35, SIZE);
    private final Engine engine = new FastEngine(architecture, CLASSES.size(), OpProfile.NONE);
    private final Weights weights = RandomWeights.of(architecture.network(CLASSES.size()), 5);
    private ActivationCache train;
    private ActivationCache validation;
    private final List<EpochResult> history = new ArrayList<>();
    /** Where the training was after each step and each epoch, if that is wanted. */
    private final List<PhaseProgress> places = new ArrayList<>();

    private boolean keepPlaces;
    private int caches;

    private final PhaseListener observer = new PhaseListener() {
        @Override
        public void epochFinished(EpochResult result, Supplier<PhaseProgress> progress) {
            history.add(result);
            stepFinished(progress);
        }

        @Override
        public void stepFinished(Supplier<PhaseProgress> progress) {
            if (keepPlaces) {
                places.add(progress.get());
            }
        }
    };

    @BeforeEach
    void fillCaches() throws IOException {
        train = cache(PhotoFolder.create(directory.resolve("train"), IMAGES_PER_CLASS, 1), 0);
    }

    @AfterEach
    void closeCaches() {
        train.close();
        validation.close();
    }

    /** The features of the photos in a folder, whose labels are off by a number. */
    private ActivationCache cache(Path folder, int wrong) {
        List<LabeledPhoto> photos = new ArrayList<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                photos.add(new LabeledPhoto(
                        new PhotoFile(folder.resolve(CLASSES.get(label)).resolve("photo" + i + ".png")),
                        (label + wrong) % CLASSES.size()));
            }
        }
        PhotoSet set = new PhotoSet("photos", photos, Augmentation.NONE);
        List<String> layers = List.of(Architecture.POOLING);
        ActivationCache cache = new RunStorage(
                        directory.resolve("cache-" + caches++),
                        Long.MAX_VALUE,
                        new Extraction("ff", 0.35, new Preprocessing(SIZE), 1000, EngineType.FAST, "test", BATCH),
                        List.of(architecture.layer(Architecture.POOLING)),
                        message -> {},
                        message -> {})
                .open(set);
        try (CacheBuilder builder = new CacheBuilder(
                new ImageDecoder(new Preprocessing(SIZE), ImageDecoder.DEFAULT_MAX_PIXELS),
                1,
                engine.base(weights, layers, BATCH),
                layers)) {
            builder.build(set, cache, done -> {});
        }
        return cache;
    }

    private TrainableTail tail(double learningRate) {
        return engine.tail(
                weights, FreezeBoundary.headOnly(architecture), new TailSettings(BATCH, learningRate, 0.2, 0));
    }

    private PhaseTrainer trainer(PhaseSettings settings, TrainableTail tail, PhaseListener observer) {
        return new PhaseTrainer(
                settings, tail, new PhaseData(train, validation, CLASSES), new TrainingListener() {}, observer);
    }

    private ClassificationMetrics run(TrainableTail tail, int epochs, int patience, double learningRate) {
        PhaseSettings settings = new PhaseSettings(Phase.HEAD, epochs, patience, BATCH, learningRate, 9);
        return trainer(settings, tail, observer).run().validation();
    }

    @Test
    void learnsTheTrainingImages() {
        validation = cache(directory.resolve("train"), 0);
        try (TrainableTail tail = tail(0.01)) {
            ClassificationMetrics best = run(tail, 60, 0, 0.01);
            assertEquals(60, history.size());
            assertTrue(best.top1() >= 0.9, "top-1 " + best.top1());
            assertTrue(best.loss() < 0.5 * history.get(0).valLoss(), "loss " + best.loss());
        }
    }

    @Test
    void stopsWhenPatienceEndsAndGoesBackToTheBestEpoch() throws IOException {
        // What the training images teach is wrong here, so the loss soon rises.
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 1);
        int patience = 2;
        try (TrainableTail tail = tail(0.01)) {
            ClassificationMetrics best = run(tail, 40, patience, 0.01);
            int bestEpoch = 0;
            for (EpochResult result : history) {
                boolean better = bestEpoch == 0
                        || result.valLoss() < history.get(bestEpoch - 1).valLoss();
                assertEquals(better, result.best(), "epoch " + result.epoch());
                bestEpoch = better ? result.epoch() : bestEpoch;
            }
            assertEquals(bestEpoch + patience, history.size());
            assertTrue(history.size() < 40);
            assertEquals(history.get(bestEpoch - 1).valLoss(), best.loss());

            float[] restored = tail.parameters();
            assertEquals(best.loss(), run(tail, 0, 0, 0.01).loss(), 0);
            assertArrayEquals(restored, tail.parameters());
        }
    }

    @Test
    void theSameSeedGivesTheSameParameters() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        float[] first;
        try (TrainableTail tail = tail(0.01)) {
            run(tail, 3, 0, 0.01);
            first = tail.parameters();
        }
        try (TrainableTail tail = tail(0.01)) {
            run(tail, 3, 0, 0.01);
            assertArrayEquals(first, tail.parameters());
        }
    }

    @Test
    void goesOnFromEveryPlaceToTheSameParameters() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 1);
        keepPlaces = true;
        ClassificationMetrics best;
        float[] parameters;
        float[][] probabilities;
        PhaseSettings settings = new PhaseSettings(Phase.HEAD, 4, 2, BATCH, 0.01, 9);
        try (TrainableTail tail = tail(0.01)) {
            PhaseTrainer trainer = trainer(settings, tail, observer);
            best = trainer.run().validation();
            parameters = tail.parameters();
            probabilities = trainer.probabilities().toArray(float[][]::new);
        }
        keepPlaces = false;
        List<EpochResult> whole = List.copyOf(history);
        for (PhaseProgress place : places) {
            history.clear();
            try (TrainableTail tail = tail(0.01)) {
                PhaseTrainer trainer = trainer(settings, tail, observer);
                trainer.restore(place);
                ClassificationMetrics again = trainer.run().validation();
                assertEquals(best.loss(), again.loss(), 0);
                assertEquals(best.confusion(), again.confusion());
                assertArrayEquals(parameters, tail.parameters());
                assertArrayEquals(probabilities, trainer.probabilities().toArray(float[][]::new));
            }
            assertEquals(
                    whole.stream()
                            .skip(place.epoch() - 1)
                            .map(PhaseTrainerTest::untimed)
                            .toList(),
                    history.stream().map(PhaseTrainerTest::untimed).toList());
        }
        assertTrue(places.size() > whole.size() * 4, "places " + places.size());
    }

    private static EpochResult untimed(EpochResult result) {
        return new EpochResult(
                result.phase(),
                result.epoch(),
                result.trainLoss(),
                result.trainTop1(),
                result.valLoss(),
                result.valTop1(),
                0,
                result.best());
    }

    @Test
    void placeOutsideThePhaseIsRefused() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        keepPlaces = true;
        try (TrainableTail tail = tail(0.01)) {
            run(tail, 1, 0, 0.01);
            PhaseProgress good = places.get(0);
            PhaseSettings settings = new PhaseSettings(Phase.HEAD, 1, 0, BATCH, 0.01, 9);
            PhaseTrainer trainer = trainer(settings, tail, observer);
            for (int[] wrong : new int[][] {{0, 0}, {1, -8}, {1, 3}, {1, 800}}) {
                PhaseProgress bad =
                        new PhaseProgress(wrong[0], wrong[1], good.lossSum(), good.sums(), good.tail(), good.best());
                assertThrows(IllegalArgumentException.class, () -> trainer.restore(bad));
            }
            TailState shorter = new TailState(new float[3], good.tail().moments(), 1);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> trainer.restore(new PhaseProgress(1, 8, good.lossSum(), good.sums(), shorter, good.best())));
        }
    }

    @Test
    void divergenceNamesTheOption() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        try (TrainableTail tail = tail(1e38)) {
            FinetuneException failure = assertThrows(FinetuneException.class, () -> run(tail, 5, 0, 1e38));
            assertEquals(ExitCode.DIVERGED, failure.exitCode());
            assertTrue(failure.getMessage().contains("phase head, epoch 1, step 2"), failure.getMessage());
            assertTrue(failure.getMessage().contains("at a learning rate of 1.0E38"), failure.getMessage());
            assertTrue(failure.getMessage().contains("--head-lr"), failure.getMessage());
        }
    }
}

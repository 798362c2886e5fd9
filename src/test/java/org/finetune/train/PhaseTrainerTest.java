package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
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
import org.finetune.settings.TrainSettings.RateSchedule;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.ParameterDigests;
import org.finetune.train.features.PhotoSet;
import org.finetune.train.features.RunStorage;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.SolvedHead;
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
    private LossLimit limit = LossLimit.NONE;
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
                        new Extraction(
                                new ParameterDigests(Map.of(Architecture.POOLING, "ff")),
                                Optional.empty(),
                                0.35,
                                new Preprocessing(SIZE),
                                1000,
                                EngineType.FAST,
                                "test",
                                BATCH),
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
                settings, tail, new PhaseData(train, validation, CLASSES), limit, new TrainingListener() {}, observer);
    }

    private ClassificationMetrics run(TrainableTail tail, int epochs, int patience, double learningRate) {
        PhaseSettings settings =
                new PhaseSettings(Phase.HEAD, epochs, patience, BATCH, LearningRateSchedule.constant(learningRate), 9);
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
            int bestEpoch = 1;
            for (EpochResult result : history) {
                EpochResult before = history.get(bestEpoch - 1);
                boolean better = result.epoch() == 1
                        || result.valTop1() > before.valTop1()
                        || result.valTop1() == before.valTop1() && result.valLoss() < before.valLoss();
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
    void withoutPatienceTheLastEpochIsKept() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 1);
        try (TrainableTail tail = tail(0.01)) {
            ClassificationMetrics last = run(tail, 12, 0, 0.01);
            assertEquals(12, history.size());
            assertEquals(history.get(11).valLoss(), last.loss());
            assertTrue(history.stream().mapToDouble(EpochResult::valLoss).min().orElseThrow() < last.loss());
            assertTrue(history.stream().noneMatch(EpochResult::best));
        }
    }

    /** The rates of all steps, as the tail is given them. */
    @Test
    void eachStepHasTheRateOfTheSchedule() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        LearningRateSchedule schedule = new LearningRateSchedule(RateSchedule.COSINE, 0.01);
        PhaseSettings settings = new PhaseSettings(Phase.HEAD, 4, 0, BATCH, schedule, 9);
        int stepsPerEpoch = (CLASSES.size() * IMAGES_PER_CLASS + BATCH - 1) / BATCH;
        float[] scheduled;
        try (TrainableTail tail = tail(123)) {
            trainer(settings, tail, observer).run();
            scheduled = tail.parameters();
        }
        for (EpochResult result : history) {
            assertEquals(
                    schedule.at((long) result.epoch() * stepsPerEpoch - 1, 4L * stepsPerEpoch),
                    result.learningRate(),
                    0);
        }
        try (TrainableTail tail = tail(123)) {
            int step = 0;
            for (int epoch = 1; epoch <= 4; epoch++) {
                EpochOrder order = new EpochOrder(9, Phase.HEAD, epoch, CLASSES.size() * IMAGES_PER_CLASS, 1);
                for (int from = 0, inEpoch = 0; from < order.records().length; from += BATCH, inEpoch++) {
                    int[] records =
                            Arrays.copyOfRange(order.records(), from, Math.min(order.records().length, from + BATCH));
                    train.read(Architecture.POOLING, records, tail.input());
                    tail.setLearningRate(schedule.at(step++, 4L * stepsPerEpoch));
                    tail.fit(records.length, train.labels(records), order.maskSeed(inEpoch));
                }
            }
            assertArrayEquals(tail.parameters(), scheduled);
        }
    }

    /** A solved head and then Adam along the cosine, against plain loops in float64. */
    @Test
    void defaultRecipeAgreesWithAReferenceInFloat64() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        LearningRateSchedule schedule = new LearningRateSchedule(RateSchedule.COSINE, 0.01);
        HeadFeatures rows = new HeadFeatures(train, architecture.features(), eachItself(train), () -> {});
        HeadSettings head = new HeadSettings(CLASSES.size(), 0, List.of(), 9, 1, Long.MAX_VALUE);
        HeadSolver solver = HeadSolver.of(head, rows.count());
        SolvedHead solved = solver.solve(rows);
        ReferenceTraining reference = ReferenceTraining.of(train, solved, CLASSES.size());
        TailSettings exact = new TailSettings(BATCH, 123, 0, 0);
        FreezeBoundary boundary = FreezeBoundary.headOnly(architecture);
        try (TrainableTail tail = engine.tail(weights, boundary, exact)) {
            HeadSolving solving = new HeadSolving(
                    head,
                    new SolvingTask(solver, rows, train.views(), new TrainingListener() {}, () -> {}),
                    new HeadSolving.Target(
                            tail, BATCH, parameters -> engine.tail(weights.with(parameters), boundary, exact)),
                    new PhaseData(train, validation, CLASSES),
                    new TrainingListener() {},
                    observer);
            BestEpoch best = solving.run();
            assertEquals(solved.loss(), best.trainLoss(), 0);
            assertEquals(reference.loss(), best.trainLoss(), 1e-4);
            assertEquals(1, history.size());
            PhaseSettings settings = new PhaseSettings(Phase.FINE_TUNE, 4, 0, BATCH, schedule, 9);
            trainer(settings, tail, observer).run();
            reference.train(settings);
            Weights trained = weights.copy();
            tail.writeTo(trained);
            float[] kernel = trained.get(Architecture.PREDICTIONS, "kernel").values();
            double moved = 0;
            for (int i = 0; i < kernel.length; i++) {
                assertEquals(reference.kernel()[i], kernel[i], 5e-4, "kernel " + i);
                moved = Math.max(moved, Math.abs(kernel[i] - solved.kernel()[i]));
            }
            assertTrue(moved > 0.02, "the largest change is " + moved);
            float[] bias = trained.get(Architecture.PREDICTIONS, "bias").values();
            for (int c = 0; c < bias.length; c++) {
                assertEquals(reference.bias()[c], bias[c], 5e-4, "bias " + c);
            }
        }
    }

    private static int[] eachItself(ActivationCache photos) {
        return IntStream.range(0, photos.samples().size()).toArray();
    }

    /**
     * Two series of nearly equal photos of each class, none of which shows the class: as long as photos of a series validate each
     * other, the network seems to know the classes.
     */
    @Test
    void penaltyOfTheHeadIsChosenWithGroupsOnOneSide() throws IOException {
        Path series = directory.resolve("series");
        for (int label = 0; label < CLASSES.size(); label++) {
            Path folder = Files.createDirectories(series.resolve(CLASSES.get(label)));
            for (int i = 0; i < IMAGES_PER_CLASS; i++) {
                Path file = folder.resolve("photo" + i + ".png");
                PhotoFolder.write(file, "discs", new Random(100 * label + i % 2));
                BufferedImage image = ImageIO.read(file.toFile());
                image.setRGB(0, 0, i);
                ImageIO.write(image, "png", file.toFile());
            }
        }
        validation = cache(series, 0);
        int[] together = IntStream.range(0, validation.samples().size())
                .map(photo -> photo / IMAGES_PER_CLASS * IMAGES_PER_CLASS + photo % IMAGES_PER_CLASS % 2)
                .toArray();
        assertEquals(0.001, penalty(validation, eachItself(validation)));
        assertTrue(penalty(validation, together) > 0.001);
    }

    private double penalty(ActivationCache photos, int[] groups) {
        HeadFeatures rows = new HeadFeatures(photos, architecture.features(), groups, () -> {});
        HeadSettings head = new HeadSettings(CLASSES.size(), 0, List.of(), 9, 1, Long.MAX_VALUE);
        return HeadSolver.of(head, rows.count()).solve(rows).lambda();
    }

    @Test
    void jumpOfTheLossIsNamed() throws IOException {
        validation = cache(PhotoFolder.create(directory.resolve("validation"), IMAGES_PER_CLASS, 2), 0);
        limit = LossLimit.after(0.1);
        try (TrainableTail tail = tail(1)) {
            DivergedException jump = assertThrows(DivergedException.class, () -> run(tail, 5, 0, 10));
            assertEquals(ExitCode.DIVERGED, jump.exitCode());
            assertTrue(jump.getMessage().contains("the mean training loss became "), jump.getMessage());
            assertTrue(jump.getMessage().contains("phase head, epoch 1, after step 3"), jump.getMessage());
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
        PhaseSettings settings = new PhaseSettings(Phase.HEAD, 4, 2, BATCH, LearningRateSchedule.constant(0.01), 9);
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
                result.learningRate(),
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
            PhaseSettings settings = new PhaseSettings(Phase.HEAD, 1, 0, BATCH, LearningRateSchedule.constant(0.01), 9);
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
            assertTrue(failure.getMessage().contains("at a learning rate of 1e38"), failure.getMessage());
            assertTrue(failure.getMessage().contains("--head-lr"), failure.getMessage());
        }
    }
}

package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.data.Augment;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.SplitRule;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fast.FastEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.Unfreezing;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe with activations from earlier runs. */
class KeptFeaturesTest {
    private static final int SIZE = 32;
    private static final int IMAGES = 16;
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, SIZE);
    private static final List<String> CLASSES = List.of("dark", "light");
    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(CLASSES.size()), 5);

    @TempDir
    private Path root;

    private final List<String> warnings = new ArrayList<>();
    private final List<Long> featureStages = new ArrayList<>();
    private int stopAfter = Integer.MAX_VALUE;
    private int basesMade;
    private SettingValues values;

    /** What a run made: its model and what it did for it. */
    private record Result(byte[] model, int basesMade, List<Long> featureStages, List<BadPhoto> bad) {}

    @BeforeEach
    void makeImages() throws IOException {
        Random random = new Random(3);
        for (String side : List.of("train", "val")) {
            for (String name : CLASSES) {
                Path directory = Files.createDirectories(
                        root.resolve("data").resolve(side).resolve(name));
                for (int i = 0; i < IMAGES; i++) {
                    writeImage(directory.resolve(i + ".png"), name.equals("dark") ? 0 : 128, random);
                }
            }
        }
        Files.writeString(root.resolve("data/train/dark/5.png"), "no photo");
        values = new SettingValues();
        values.put(Setting.DATA, root.resolve("data"));
        values.put(Setting.CACHE, Optional.of(root.resolve("cache")));
        values.put(Setting.ALPHA, 0.35);
        values.put(Setting.SIZE, SIZE);
        values.put(Setting.HEAD_EPOCHS, Optional.of(1));
        values.put(Setting.EPOCHS, Optional.of(1));
        values.put(Setting.BATCH_SIZE, 8);
        values.put(Setting.LR, Optional.of(1e-3));
    }

    private static void writeImage(Path file, int darkest, Random random) throws IOException {
        BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 40 * 36; i++) {
            image.setRGB(i % 40, i / 40, 0x010101 * (darkest + random.nextInt(128)));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        Files.write(file, png.toByteArray());
    }

    private Result train(String weightsSha256) throws IOException {
        return run(weightsSha256, (run, features) -> {
            Recipe recipe = new Recipe(run, features);
            PhaseRecord record = PhaseRecord.none(run.interruption());
            PhaseOutcome result =
                    recipe.fineTune(run.network().plan().fineTuning().get(0), recipe.trainHead(record), record);
            List<BadPhoto> bad = new UsablePhotos(run, features).skipped();
            return new Result(model(run.settings(), result.weights()), basesMade, List.copyOf(featureStages), bad);
        });
    }

    /** Numbers of images that a run computes the activations of. */
    private List<Long> computed(String weightsSha256) throws IOException {
        return run(weightsSha256, (run, features) -> List.copyOf(featureStages));
    }

    private interface Stages<T> {
        T run(RunContext run, FeatureCaches features) throws IOException;
    }

    private <T> T run(String weightsSha256, Stages<T> stages) throws IOException {
        warnings.clear();
        featureStages.clear();
        basesMade = 0;
        TrainSettings settings = new SettingsLoader(root).load(null, values).toTrainSettings();
        Dataset data = new PhotoDirectory(settings.get(Setting.DATA))
                .forTraining(SplitRule.byContent(settings.get(Setting.VAL_SPLIT)), (done, total) -> {});
        RunNetwork network = new RunNetwork(ARCHITECTURE, RecipePlan.of(settings), new CountingEngine(), WEIGHTS);
        try (SharedWork shared = new SharedWork(runCache(), data, List.of(settings))) {
            RunContext run = new RunContext(
                    settings, network, data, shared, new Listener(), new Interruption(failure -> {}), TimeLimit.NONE);
            return stages.run(run, new FeatureExtraction(run).run(weightsSha256));
        }
    }

    private Path runCache() {
        return root.resolve("run-cache");
    }

    private static byte[] model(TrainSettings settings, Weights weights) throws IOException {
        TransferGraph graph = new TransferGraph(
                ARCHITECTURE, CLASSES.size(), settings.get(Setting.DROPOUT), 1e-3, settings.get(Setting.SEED));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelFile.write(
                out,
                new SavedModel(ARCHITECTURE, CLASSES, 20, new Preprocessing(SIZE).toMap(), weights),
                graph.unfrozen(weights));
        return out.toByteArray();
    }

    /** The fast engine, counting how often the frozen part is prepared. */
    private final class CountingEngine implements Engine {
        private final Engine engine = new FastEngine(ARCHITECTURE, CLASSES.size(), OpProfile.NONE);

        @Override
        public KerasLayer cut(FreezeBoundary boundary) {
            return engine.cut(boundary);
        }

        @Override
        public FrozenBase base(Weights weights, List<String> outputs, int batchSize) {
            basesMade++;
            return engine.base(weights, outputs, batchSize);
        }

        @Override
        public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
            return engine.tail(weights, boundary, settings);
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final class Listener implements TrainingListener {
        @Override
        public void warning(String message) {
            warnings.add(message);
        }

        @Override
        public void stageProgress(long done, Supplier<String> detail) {
            if (done >= stopAfter) {
                throw new Stopped();
            }
        }

        @Override
        public void stageStarted(String name, long total) {
            if (name.equals("features")) {
                featureStages.add(total);
            }
        }
    }

    @Test
    void secondRunMakesTheSameModelWithoutTheFrozenPart() throws IOException {
        Result kept = train("ff");
        assertEquals(1, kept.basesMade());
        assertEquals(List.of(4L * IMAGES), kept.featureStages());
        assertEquals(1, kept.bad().size());

        Result again = train("ff");
        assertEquals(0, again.basesMade());
        assertEquals(List.of(), again.featureStages());
        assertArrayEquals(kept.model(), again.model());
        assertEquals(kept.bad(), again.bad());

        values.put(Setting.CACHE, Optional.empty());
        Result without = train("ff");
        assertEquals(1, without.basesMade());
        assertArrayEquals(without.model(), kept.model());
    }

    @Test
    void onlyWhatChangedIsComputedAgain() throws IOException {
        computed("ff");
        writeImage(root.resolve("data/val/dark/0.png"), 0, new Random(77));
        assertEquals(List.of(2L * IMAGES), computed("ff"));
        assertEquals(List.of(), computed("ff"));

        values.put(Setting.AUGMENT, Augment.NONE);
        assertEquals(List.of(2L * IMAGES), computed("ff"));
        assertEquals(List.of(4L * IMAGES), computed("fe"));

        values.put(Setting.UNFREEZE, Unfreezing.of(0));
        assertEquals(List.of(), computed("ff"));
        values.put(Setting.UNFREEZE, Unfreezing.of(60));
        assertEquals(List.of(4L * IMAGES), computed("ff"));
    }

    /** In the cache directory, and in that of the run, with and without augmentation that is random. */
    @Test
    void stoppedPassGoesOnWhereABatchBegan() throws IOException {
        for (Augment augment : List.of(Augment.FLIP, Augment.STANDARD)) {
            values.put(Setting.AUGMENT, augment);
            values.put(Setting.CACHE, Optional.empty());
            deleteRunCache();
            byte[] whole = train("ff").model();
            for (Path cache : new Path[] {null, root.resolve("cache-" + augment)}) {
                values.put(Setting.CACHE, Optional.ofNullable(cache));
                deleteRunCache();
                stopAfter = IMAGES + 1;
                assertThrows(Stopped.class, () -> train("ff"));
                stopAfter = Integer.MAX_VALUE;
                Result resumed = train("ff");
                assertTrue(resumed.featureStages().get(0) < 3 * IMAGES, resumed.featureStages()::toString);
                assertArrayEquals(whole, resumed.model());
                assertEquals(1, resumed.bad().size());
                assertEquals(
                        List.of(),
                        warnings.stream()
                                .filter(text -> !text.startsWith("skipped"))
                                .toList());
            }
        }
    }

    private void deleteRunCache() throws IOException {
        if (Files.exists(runCache())) {
            try (Stream<Path> files = Files.list(runCache())) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void runsActivationsAreCheckedToo() throws IOException {
        values.put(Setting.CACHE, Optional.empty());
        byte[] whole = train("ff").model();
        Path file;
        try (Stream<Path> files = Files.list(runCache())) {
            file = files.filter(f -> f.toString().endsWith(".f32"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Result resumed = train("ff");
        assertArrayEquals(whole, resumed.model());
        assertTrue(warnings.stream().anyMatch(text -> text.contains("damaged")), warnings::toString);

        writeImage(root.resolve("data/train/light/0.png"), 0, new Random(77));
        train("ff");
        assertTrue(warnings.stream().anyMatch(text -> text.contains("have changed since")), warnings::toString);
    }

    @Test
    void damagedActivationsAreComputedAgain() throws IOException {
        Result kept = train("ff");
        try (Stream<Path> list = Files.list(root.resolve("cache"))) {
            for (Path file :
                    list.filter(file -> file.toString().endsWith(".f32")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 0x40;
                Files.write(file, bytes);
            }
        }
        Result repaired = train("ff");
        assertEquals(1, repaired.basesMade());
        assertEquals(
                2,
                warnings.stream().filter(warning -> warning.contains("damaged")).count(),
                warnings::toString);
        assertArrayEquals(kept.model(), repaired.model());
        assertEquals(List.of(), computed("ff"));
    }
}

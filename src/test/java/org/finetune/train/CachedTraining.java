package org.finetune.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.backend.BatchSizes;
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
import org.finetune.testing.RandomWeights;

/** Trainings of a small network on the same photos, by most of the stages of a run, with what they compute for it. */
final class CachedTraining {
    /** Photos of each of two classes, to train with and to validate with; one of them cannot be read. */
    static final int PHOTOS = 16;

    private static final int SIZE = 32;
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, SIZE);
    private static final List<String> CLASSES = List.of("dark", "light");

    private final Path root;
    private Weights weights = RandomWeights.of(ARCHITECTURE.network(CLASSES.size()), 5);
    private Optional<Integer> trained = Optional.empty();
    private final SettingValues values = new SettingValues();
    private final List<String> warnings = new ArrayList<>();
    private final List<Long> featureStages = new ArrayList<>();
    private int stopAfter = Integer.MAX_VALUE;
    private int basesMade;

    /** What a run made: its model and what it did for it. */
    record Result(
            byte[] model, Weights weights, int basesMade, List<Long> featureStages, int decoded, List<BadPhoto> bad) {}

    /**
     * Writes the photos.
     *
     * @param root an empty directory for them and for caches
     */
    CachedTraining(Path root) throws IOException {
        this.root = root;
        Random random = new Random(3);
        for (String side : List.of("train", "val")) {
            for (String name : CLASSES) {
                Files.createDirectories(photo(side + "/" + name));
                for (int i = 0; i < PHOTOS; i++) {
                    writePhoto(side + "/" + name + "/" + i + ".png", name.equals("dark") ? 0 : 128, random);
                }
            }
        }
        Files.writeString(photo("train/dark/5.png"), "no photo");
        values.put(Setting.DATA, root.resolve("data"));
        values.put(Setting.CACHE, Optional.of(root.resolve("cache")));
        values.put(Setting.ALPHA, 0.35);
        values.put(Setting.SIZE, SIZE);
        values.put(Setting.HEAD_EPOCHS, Optional.of(1));
        values.put(Setting.EPOCHS, Optional.of(1));
        values.put(Setting.BATCH_SIZE, 8);
        values.put(Setting.LR, Optional.of(1e-3));
    }

    /** The file of a photo, such as train/dark/0.png. */
    Path photo(String name) {
        return root.resolve("data").resolve(name);
    }

    /** Writes a photo of noise; the darkest value is that of its class: 0 or 128. */
    void writePhoto(String name, int darkest, Random random) throws IOException {
        BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 40 * 36; i++) {
            image.setRGB(i % 40, i / 40, 0x010101 * (darkest + random.nextInt(128)));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        Files.write(photo(name), png.toByteArray());
    }

    <T> void put(Setting<T> setting, T value) {
        values.put(setting, value);
    }

    /** Begins with other weights from now on. */
    void beginWith(Weights other) {
        weights = other;
    }

    /**
     * Begins with the network of another run from now on.
     *
     * @param unfreeze number of layers that it has trained
     */
    void continueFrom(Weights parent, int unfreeze) {
        weights = parent;
        trained = Optional.of(unfreeze);
    }

    /** Other weights than those that a training begins with. */
    static Weights otherWeights() {
        return RandomWeights.of(ARCHITECTURE.network(CLASSES.size()), 6);
    }

    /** Keeps the activations for later runs from now on. */
    void cacheIn(String name) {
        values.put(Setting.CACHE, Optional.of(root.resolve(name)));
    }

    void withoutCache() {
        values.put(Setting.CACHE, Optional.empty());
    }

    /** Has a pass end with {@link Stopped} when it has done some photos. */
    void stopAfter(int photos) {
        stopAfter = photos;
    }

    /** What the last run has warned of. */
    List<String> warnings() {
        return warnings;
    }

    /** Trains both phases. */
    Result train() throws IOException {
        return run((run, features) -> {
            Recipe recipe = new Recipe(
                    run,
                    features,
                    IntStream.range(0, features.train().samples().size()).toArray());
            PhaseRecord record = new UnsavedRecord(run.interruption());
            PhaseOutcome result =
                    recipe.fineTune(run.network().plan().fineTuning().get(0), recipe.trainHead(record), record);
            List<BadPhoto> bad = new UsablePhotos(run, features).skipped();
            return new Result(
                    model(run.settings(), result.weights()),
                    result.weights(),
                    basesMade,
                    List.copyOf(featureStages),
                    features.imageInfos().size(),
                    bad);
        });
    }

    /** Numbers of photos that a run computes the activations of. */
    List<Long> computed() throws IOException {
        return run((run, features) -> List.copyOf(featureStages));
    }

    private interface Stages<T> {
        T run(RunContext run, FeatureCaches features) throws IOException;
    }

    private <T> T run(Stages<T> stages) throws IOException {
        warnings.clear();
        featureStages.clear();
        basesMade = 0;
        TrainSettings settings = new SettingsLoader(root).load(null, values).toTrainSettings();
        Dataset data = new PhotoDirectory(settings.get(Setting.DATA))
                .forTraining(SplitRule.byContent(settings.get(Setting.VAL_SPLIT)), (done, total) -> {});
        Engine engine = new CountingEngine();
        RunNetwork network = new RunNetwork(
                ARCHITECTURE,
                RecipePlan.of(settings),
                engine,
                weights,
                Set.of(),
                trained.flatMap(layers -> RunNetwork.joint(new FreezeBoundary(ARCHITECTURE, layers), engine)));
        try (SharedWork shared = new SharedWork(runCache(), data, List.of(settings))) {
            RunContext run = new RunContext(
                    settings, network, data, shared, new Listener(), new Interruption(failure -> {}), TimeLimit.NONE);
            return stages.run(run, new FeatureExtraction(run).run());
        }
    }

    /** Where a run keeps its own activations. */
    Path runCache() {
        return root.resolve("run-cache");
    }

    private static byte[] model(TrainSettings settings, Weights weights) throws IOException {
        TransferGraph graph = new TransferGraph(
                ARCHITECTURE, CLASSES.size(), settings.get(Setting.DROPOUT), 1e-3, settings.get(Setting.SEED));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelFile.write(
                out, new SavedModel(ARCHITECTURE, CLASSES, 20, new Preprocessing(SIZE).toMap(), weights), graph);
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
        public FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize) {
            basesMade++;
            return engine.base(weights, input, outputs, batchSize);
        }

        @Override
        public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
            return engine.tail(weights, boundary, settings);
        }
    }

    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final class Listener implements TrainingListener {
        @Override
        public void warning(String message) {
            warnings.add(message);
        }

        @Override
        public void taskProgress(long done, Supplier<String> detail) {
            if (done >= stopAfter) {
                throw new Stopped();
            }
        }

        @Override
        public void taskStarted(String name, long total) {
            if (name.equals("features")) {
                featureStages.add(total);
            }
        }
    }

    void deleteRunCache() throws IOException {
        if (Files.exists(runCache())) {
            try (Stream<Path> files = Files.list(runCache())) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Changes a bit in each file of {@code cache}.
     *
     * @param place where in the file, from 0 to 1
     */
    void damageCache(double place) throws IOException {
        try (Stream<Path> list = Files.list(root.resolve("cache"))) {
            for (Path file :
                    list.filter(file -> file.toString().endsWith(".f32")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[(int) (place * bytes.length)] ^= 0x40;
                Files.write(file, bytes);
            }
        }
    }

    /** With many processors a batch takes more images than there are here, and so is another with more of them. */
    static void assumeSameBatch() {
        assumeTrue(BatchSizes.frozen(SIZE, 6L * PHOTOS) == BatchSizes.frozen(SIZE, Long.MAX_VALUE));
    }
}

package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.compute.BatchSizes;
import org.finetune.compute.Engine;
import org.finetune.compute.FrozenBase;
import org.finetune.compute.TailSettings;
import org.finetune.compute.TrainableTail;
import org.finetune.config.TrainSettings;
import org.finetune.data.Augmentation;
import org.finetune.data.BadImage;
import org.finetune.data.Dataset;
import org.finetune.data.ImageDecoder;
import org.finetune.data.Preprocessing;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.GraphWeights;
import org.finetune.model.KerasLayer;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;
import org.finetune.train.cache.ActivationCache;
import org.finetune.train.cache.CacheBuilder;

/**
 * The two-phase recipe on one data set: run the frozen part once for every image, train the head, then the last layers
 * with it.
 */
final class Recipe implements AutoCloseable {
    /** Activations of a layer up to this size are kept in memory, larger ones in the run directory. */
    private static final long MEMORY_LIMIT = 512L << 20;

    private final TrainSettings settings;
    private final Architecture architecture;
    private final Dataset data;
    private final Engine engine;
    private final TrainingListener listener;
    private final FreezeBoundary headOnly;
    private final FreezeBoundary fineTuned;
    private final Augmentation augmentation;
    private final List<ActivationCache> caches = new ArrayList<>();
    private ActivationCache train;
    private ActivationCache validation;

    Recipe(TrainSettings settings, Architecture architecture, Dataset data, Engine engine, TrainingListener listener) {
        this.settings = settings;
        this.architecture = architecture;
        this.data = data;
        this.engine = engine;
        this.listener = listener;
        this.headOnly = new FreezeBoundary(architecture, 0);
        this.fineTuned = new FreezeBoundary(architecture, settings.unfreeze());
        this.augmentation = Augmentation.of(settings.augment(), settings.views(), settings.seed());
    }

    /** Whether the settings ask for phase 2. */
    boolean hasFineTuning() {
        return settings.epochs() > 0 && fineTuned.trainsBase();
    }

    private List<KerasLayer> keptLayers() {
        Stream<KerasLayer> cuts = hasFineTuning()
                ? Stream.of(engine.cut(fineTuned), engine.cut(headOnly))
                : Stream.of(engine.cut(headOnly));
        return cuts.distinct().toList();
    }

    /**
     * Runs the frozen part over all images.
     *
     * @param directory where activations go that are too large for memory
     * @return the images that could not be decoded
     */
    List<BadImage> fillCaches(ComputationGraph graph, Path directory) {
        List<KerasLayer> layers = keptLayers();
        List<String> names = layers.stream().map(KerasLayer::name).toList();
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(settings.size()));
        int threads = settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
        long rows = (long) data.train().size() * augmentation.views()
                + data.validation().size();
        int batch = Math.max(augmentation.views(), BatchSizes.frozen(settings.size(), rows));
        long bytes = ActivationCache.bytes(rows, 1, layers);
        if (bytes > MEMORY_LIMIT) {
            listener.info(String.format(
                    "The activations take up to %,d MB in '%s' until the run ends", bytes >> 20, directory));
        }
        List<BadImage> bad = new ArrayList<>();
        listener.stageStarted(
                "features", data.train().size() + data.validation().size());
        try (FrozenBase base = engine.base(graph, names, batch)) {
            CacheBuilder builder = new CacheBuilder(decoder, threads, base, names);
            train = cache("train", data.train().size(), augmentation, layers, directory);
            validation = cache("validation", data.validation().size(), Augmentation.NONE, layers, directory);
            bad.addAll(builder.build(data.train(), augmentation, train, done -> listener.stageProgress(done, "")));
            bad.addAll(builder.build(
                    data.validation(),
                    Augmentation.NONE,
                    validation,
                    done -> listener.stageProgress(data.train().size() + done, "")));
        }
        listener.stageFinished();
        bad.forEach(image -> listener.warning("skipped '" + image.path() + "': " + image.reason()));
        return bad;
    }

    private ActivationCache cache(
            String name, int images, Augmentation views, List<KerasLayer> layers, Path directory) {
        ActivationCache cache = new ActivationCache(name, images, views.views(), layers, directory, MEMORY_LIMIT);
        caches.add(cache);
        return cache;
    }

    /**
     * Checks that what could be decoded suffices to train.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if a class has no training image, or nothing can be validated
     */
    void requireImages() {
        for (int label = 0; label < data.classes().size(); label++) {
            int wanted = label;
            if (train.samples().stream().noneMatch(sample -> sample.label() == wanted)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "None of the training images of the class '"
                                + data.classes().get(label) + "' can be used; add images or remove its folder.");
            }
        }
        if (validation.samples().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "There are no validation images that can be used; add images or raise --val-split.");
        }
    }

    /** Phase 1: trains the head. */
    PhaseOutcome trainHead(ComputationGraph graph, RunFiles files) {
        return train(graph, headOnly, headSettings(), files);
    }

    /**
     * Phase 2: trains the last layers with the head.
     *
     * @param graph the network after phase 1
     */
    PhaseOutcome fineTune(ComputationGraph graph, RunFiles files) {
        return train(TransferGraph.refrozen(graph, fineTuned, settings.lr()), fineTuned, fineTuneSettings(), files);
    }

    private PhaseSettings headSettings() {
        return new PhaseSettings(
                Phase.HEAD,
                settings.headEpochs(),
                settings.patience(),
                settings.batchSize(),
                settings.headLr(),
                settings.seed());
    }

    private PhaseSettings fineTuneSettings() {
        return new PhaseSettings(
                Phase.FINE_TUNE,
                settings.epochs(),
                settings.patience(),
                settings.batchSize(),
                settings.lr(),
                settings.seed());
    }

    private PhaseOutcome train(ComputationGraph graph, FreezeBoundary boundary, PhaseSettings phase, RunFiles files) {
        TailSettings tailSettings = new TailSettings(
                phase.batchSize(), phase.learningRate(), settings.dropout(), settings.labelSmoothing());
        try (TrainableTail tail = engine.tail(graph, boundary, tailSettings)) {
            PhaseTrainer trainer = new PhaseTrainer(phase, tail, train, validation, data.classes(), listener);
            ClassificationMetrics best = trainer.run(result -> files.epoch(result, phase.learningRate()));
            Weights weights =
                    GraphWeights.read(graph, architecture.network(data.classes().size()));
            tail.writeTo(weights);
            return new PhaseOutcome(phase.phase(), best, weights);
        }
    }

    /** Number of training images that could be used. */
    int trainImages() {
        return train.samples().size();
    }

    @Override
    public void close() {
        caches.forEach(ActivationCache::close);
    }
}

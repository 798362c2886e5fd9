package org.finetune.train;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.compute.Backend;
import org.finetune.compute.BatchSizes;
import org.finetune.compute.Engine;
import org.finetune.config.TrainSettings;
import org.finetune.data.Augmentation;
import org.finetune.data.Dataset;
import org.finetune.data.ImageDecoder;
import org.finetune.data.Preprocessing;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.run.Interruption;
import org.finetune.train.cache.ActivationStorage;
import org.finetune.train.cache.CacheBuilder;
import org.finetune.train.cache.CacheDirectory;
import org.finetune.train.cache.Extraction;
import org.finetune.train.cache.FeatureTimes;
import org.finetune.train.cache.ImageSet;
import org.finetune.train.cache.RunStorage;

/** Runs the frozen part of the network once over all images of a run, and keeps what both phases are trained from. */
final class FeatureExtraction {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final Dataset data;
    private final Engine engine;
    private final SharedWork shared;
    private final TrainingListener listener;
    private FeatureTimes times = FeatureTimes.NONE;

    FeatureExtraction(
            TrainSettings settings,
            Architecture architecture,
            Dataset data,
            Engine engine,
            SharedWork shared,
            TrainingListener listener) {
        this.settings = settings;
        this.architecture = architecture;
        this.data = data;
        this.engine = engine;
        this.shared = shared;
        this.listener = listener;
    }

    /**
     * Runs the frozen part over all images, except those whose activations an earlier run has kept.
     *
     * @param graph the network
     * @param weightsSha256 SHA-256 of the file with the pretrained weights
     * @param interruption ends it between two batches
     */
    FeatureCaches run(ComputationGraph graph, String weightsSha256, Interruption interruption) {
        return shared.features(settings, () -> filled(graph, weightsSha256, interruption));
    }

    /** Where the time went, if this run has run the frozen part. */
    FeatureTimes times() {
        return times;
    }

    private FeatureCaches filled(ComputationGraph graph, String weightsSha256, Interruption interruption) {
        Augmentation augmentation = Augmentation.of(settings.augment(), settings.views(), settings.seed());
        ImageSet trainImages = new ImageSet("training", data.train(), augmentation);
        ImageSet validationImages = new ImageSet("validation", data.validation(), Augmentation.NONE);
        long rows = trainImages.records() + validationImages.records();
        int least = Math.max(1, augmentation.views());
        AtomicReference<FeatureCaches> filled = new AtomicReference<>();
        ShrinkingBatch.run(
                Math.max(least, BatchSizes.frozen(settings.size(), rows)),
                least,
                batch -> filled.set(filled(graph, weightsSha256, interruption, trainImages, validationImages, batch)),
                listener::warning);
        times = filled.get().times();
        return filled.get();
    }

    private FeatureCaches filled(
            ComputationGraph graph,
            String weightsSha256,
            Interruption interruption,
            ImageSet trainImages,
            ImageSet validationImages,
            int batch) {
        List<KerasLayer> layers = keptLayers();
        List<String> names = layers.stream().map(KerasLayer::name).toList();
        Preprocessing preprocessing = new Preprocessing(settings.size());
        Extraction extraction = new Extraction(
                weightsSha256,
                settings.alpha(),
                preprocessing,
                settings.maxPixels(),
                settings.engine(),
                Backend.description(),
                batch);
        FeatureCaches caches =
                new FeatureCaches(trainImages, validationImages, storage(extraction, layers), listener, interruption);
        try {
            caches.fill(() -> new CacheBuilder(
                    new ImageDecoder(preprocessing, settings.maxPixels()),
                    settings.threadCount(),
                    engine.base(graph, names, batch),
                    names));
            return caches;
        } catch (RuntimeException | Error e) {
            caches.close();
            throw e;
        }
    }

    /** The cuts of this run and of all that share its activations. */
    private List<KerasLayer> keptLayers() {
        return Stream.concat(shared.unfreezes(settings), Stream.of(0))
                .map(unfreeze -> engine.cut(new FreezeBoundary(architecture, unfreeze)))
                .distinct()
                .sorted(Comparator.comparing(KerasLayer::index))
                .toList();
    }

    private ActivationStorage storage(Extraction extraction, List<KerasLayer> layers) {
        return settings.cache() == null
                ? new RunStorage(
                        shared.directory(settings),
                        shared.memoryLimit(),
                        extraction,
                        layers,
                        listener::info,
                        listener::warning)
                : new CacheDirectory(settings.cache(), extraction, layers, listener::info, listener::warning);
    }
}

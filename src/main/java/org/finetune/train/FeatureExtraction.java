package org.finetune.train;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.backend.Backend;
import org.finetune.backend.BatchSizes;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.run.Interruption;
import org.finetune.train.features.ActivationStorage;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.CacheDirectory;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.features.PhotoSet;
import org.finetune.train.features.RunStorage;

/** Runs the frozen part of the network once over all images of a run, and keeps what both phases are trained from. */
final class FeatureExtraction {
    private final RunContext run;
    private FeatureTimes times = FeatureTimes.NONE;

    FeatureExtraction(RunContext run) {
        this.run = run;
    }

    /**
     * Runs the frozen part over all images, except those whose activations an earlier run has kept.
     *
     * @param graph the network
     * @param weightsSha256 SHA-256 of the file with the pretrained weights
     * @param interruption ends it between two batches
     */
    FeatureCaches run(ComputationGraph graph, String weightsSha256, Interruption interruption) {
        return run.shared().features(run.settings(), () -> filled(graph, weightsSha256, interruption));
    }

    /** Where the time went, if this run has run the frozen part. */
    FeatureTimes times() {
        return times;
    }

    private FeatureCaches filled(ComputationGraph graph, String weightsSha256, Interruption interruption) {
        Augmentation augmentation = Augmentation.of(
                run.settings().augment(), run.settings().views(), run.settings().seed());
        PhotoSet trainPhotos = new PhotoSet("training", run.data().train(), augmentation);
        PhotoSet validationPhotos = new PhotoSet("validation", run.data().validation(), Augmentation.NONE);
        long rows = trainPhotos.records() + validationPhotos.records();
        int least = Math.max(1, augmentation.views());
        AtomicReference<FeatureCaches> filled = new AtomicReference<>();
        ShrinkingBatch.run(
                Math.max(least, BatchSizes.frozen(run.settings().size(), rows)),
                least,
                batch -> filled.set(filled(graph, weightsSha256, interruption, trainPhotos, validationPhotos, batch)),
                run.listener()::warning);
        times = filled.get().times();
        return filled.get();
    }

    private FeatureCaches filled(
            ComputationGraph graph,
            String weightsSha256,
            Interruption interruption,
            PhotoSet trainPhotos,
            PhotoSet validationPhotos,
            int batch) {
        List<KerasLayer> layers = keptLayers();
        List<String> names = layers.stream().map(KerasLayer::name).toList();
        Preprocessing preprocessing = new Preprocessing(run.settings().size());
        Extraction extraction = new Extraction(
                weightsSha256,
                run.settings().alpha(),
                preprocessing,
                run.settings().maxPixels(),
                run.settings().engine(),
                Backend.description(),
                batch);
        FeatureCaches caches = new FeatureCaches(
                trainPhotos, validationPhotos, storage(extraction, layers), run.listener(), interruption);
        try {
            caches.fill(() -> new CacheBuilder(
                    new ImageDecoder(preprocessing, run.settings().maxPixels()),
                    run.settings().threadCount(),
                    run.engine().base(graph, names, batch),
                    names));
            return caches;
        } catch (RuntimeException | Error e) {
            caches.close();
            throw e;
        }
    }

    /** The cuts of this run and of all that share its activations. */
    private List<KerasLayer> keptLayers() {
        return Stream.concat(run.shared().unfreezes(run.settings()), Stream.of(0))
                .map(unfreeze -> run.engine().cut(new FreezeBoundary(run.architecture(), unfreeze)))
                .distinct()
                .sorted(Comparator.comparing(KerasLayer::index))
                .toList();
    }

    private ActivationStorage storage(Extraction extraction, List<KerasLayer> layers) {
        return run.settings().cache() == null
                ? new RunStorage(
                        run.shared().directory(run.settings()),
                        run.shared().memoryLimit(),
                        extraction,
                        layers,
                        run.listener()::info,
                        run.listener()::warning)
                : new CacheDirectory(
                        run.settings().cache(), extraction, layers, run.listener()::info, run.listener()::warning);
    }
}

package org.finetune.train;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.select.Engines;
import org.finetune.model.KerasLayer;
import org.finetune.settings.Setting;
import org.finetune.train.features.ActivationStorage;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.CacheDirectory;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.features.PhotoSet;
import org.finetune.train.features.RunStorage;

/** Runs the frozen part of the network once over all photos of a run, and keeps what both phases are trained from. */
final class FeatureExtraction {
    private final RunContext run;
    private FeatureTimes times = FeatureTimes.NONE;

    FeatureExtraction(RunContext run) {
        this.run = run;
    }

    /**
     * Runs the frozen part over all photos, except those whose activations an earlier run has kept.
     *
     * @param weightsSha256 SHA-256 of the file with the weights that the run begins with
     */
    FeatureCaches run(String weightsSha256) {
        return run.shared().features(run.settings(), () -> filled(weightsSha256));
    }

    /** Where the time went, if this run has run the frozen part. */
    FeatureTimes times() {
        return times;
    }

    private FeatureCaches filled(String weightsSha256) {
        Augmentation augmentation = Augmentation.of(
                run.settings().get(Setting.AUGMENT),
                run.settings().get(Setting.VIEWS),
                run.settings().get(Setting.SEED));
        PhotoSet trainPhotos = new PhotoSet("training", run.data().train(), augmentation);
        PhotoSet validationPhotos = new PhotoSet("validation", run.data().validation(), Augmentation.NONE);
        long rows = trainPhotos.records() + validationPhotos.records();
        int least = Math.max(1, augmentation.views());
        AtomicReference<FeatureCaches> filled = new AtomicReference<>();
        ShrinkingBatch.run(
                Math.max(least, Engines.frozenBatch(run.settings().get(Setting.SIZE), rows)),
                least,
                batch -> filled.set(filled(weightsSha256, trainPhotos, validationPhotos, batch)),
                run.listener()::warning);
        times = filled.get().times();
        return filled.get();
    }

    private FeatureCaches filled(String weightsSha256, PhotoSet trainPhotos, PhotoSet validationPhotos, int batch) {
        List<KerasLayer> layers = keptLayers();
        List<String> names = layers.stream().map(KerasLayer::name).toList();
        Preprocessing preprocessing = run.settings().preprocessing();
        Extraction extraction = new Extraction(
                weightsSha256,
                run.settings().get(Setting.ALPHA),
                preprocessing,
                run.settings().get(Setting.MAX_PIXELS),
                run.settings().get(Setting.ENGINE),
                Engines.description(run.settings().get(Setting.DEVICE)),
                batch);
        FeatureCaches caches = new FeatureCaches(trainPhotos, validationPhotos, storage(extraction, layers), run);
        try {
            caches.fill(() -> new CacheBuilder(
                    new ImageDecoder(preprocessing, run.settings().get(Setting.MAX_PIXELS)),
                    run.settings().threadCount(),
                    run.network().engine().base(run.network().initial(), names, batch),
                    names));
            return caches;
        } catch (RuntimeException | Error e) {
            caches.close();
            throw e;
        }
    }

    /** The cuts of this run and of all that share its activations. */
    private List<KerasLayer> keptLayers() {
        return run.shared()
                .plans(run.settings(), run.network())
                .flatMap(RecipePlan::boundaries)
                .map(run.network().engine()::cut)
                .distinct()
                .sorted(Comparator.comparing(KerasLayer::index))
                .toList();
    }

    private ActivationStorage storage(Extraction extraction, List<KerasLayer> layers) {
        Optional<Path> cache = run.settings().get(Setting.CACHE);
        return cache.isPresent()
                ? new CacheDirectory(cache.get(), extraction, layers, run.listener()::info, run.listener()::warning)
                : new RunStorage(
                        run.shared().directory(run.settings()),
                        run.shared().memoryLimit(),
                        extraction,
                        layers,
                        run.listener()::info,
                        run.listener()::warning);
    }
}

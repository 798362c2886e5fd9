package org.finetune.train;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.settings.Setting;
import org.finetune.train.features.ActivationStorage;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.CacheDirectory;
import org.finetune.train.features.Extraction;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.features.ParameterDigests;
import org.finetune.train.features.PhotoSet;
import org.finetune.train.features.RunStorage;
import org.finetune.train.features.UpperLayers;

/** Runs the frozen part of the network once over all photos of a run, and keeps what both phases are trained from. */
final class FeatureExtraction {
    private final RunContext run;
    private FeatureTimes times = FeatureTimes.NONE;

    FeatureExtraction(RunContext run) {
        this.run = run;
    }

    /** Runs the frozen part over all photos, except those whose activations an earlier run has kept. */
    FeatureCaches run() {
        return run.shared().features(run.settings(), this::filled);
    }

    /** Where the time went, if this run has run the frozen part. */
    FeatureTimes times() {
        return times;
    }

    private FeatureCaches filled() {
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
                batch -> filled.set(filled(trainPhotos, validationPhotos, batch)),
                run.listener()::warning);
        times = filled.get().times();
        return filled.get();
    }

    private FeatureCaches filled(PhotoSet trainPhotos, PhotoSet validationPhotos, int batch) {
        List<KerasLayer> layers = keptLayers();
        Preprocessing preprocessing = run.settings().preprocessing();
        Extraction extraction = new Extraction(
                ParameterDigests.of(
                        run.network().architecture().base(), run.network().initial()),
                run.network().joint(),
                run.settings().get(Setting.ALPHA),
                preprocessing,
                run.settings().get(Setting.MAX_PIXELS),
                run.settings().get(Setting.ENGINE),
                Engines.description(run.settings().get(Setting.DEVICE)),
                batch);
        FeatureCaches caches = new FeatureCaches(trainPhotos, validationPhotos, storage(extraction, layers), run);
        try {
            ImageDecoder decoder =
                    new ImageDecoder(preprocessing, run.settings().get(Setting.MAX_PIXELS));
            caches.fill(() -> builder(decoder, layers, batch));
            return caches;
        } catch (RuntimeException | Error e) {
            caches.close();
            throw e;
        }
    }

    private CacheBuilder builder(ImageDecoder decoder, List<KerasLayer> layers, int batch) {
        RunNetwork network = run.network();
        int threads = run.settings().threadCount();
        if (network.joint().isEmpty()) {
            List<String> names = names(layers, layer -> true);
            return new CacheBuilder(decoder, threads, network.engine().base(network.initial(), names, batch), names);
        }
        KerasLayer joint = network.joint().get();
        List<String> lower = names(layers, layer -> layer.index() <= joint.index());
        List<String> upper = names(layers, layer -> layer.index() > joint.index());
        return CacheBuilder.divided(
                decoder,
                threads,
                network.engine().base(network.initial(), lower, batch),
                lower,
                () -> new UpperLayers(
                        joint.name(), network.engine().base(network.initial(), joint.name(), upper, batch), upper));
    }

    private static List<String> names(List<KerasLayer> layers, Predicate<KerasLayer> wanted) {
        return layers.stream().filter(wanted).map(KerasLayer::name).toList();
    }

    /**
     * The cuts of this run and of all that share its activations, the joint, and the features: heads are solved on them, whatever
     * the engine's cut is.
     */
    private List<KerasLayer> keptLayers() {
        RunNetwork network = run.network();
        Stream<KerasLayer> cuts = run.shared()
                .plans(run.settings(), network)
                .flatMap(RecipePlan::boundaries)
                .map(network.engine()::cut);
        Stream<KerasLayer> others = Stream.concat(
                network.joint().stream(), Stream.of(network.architecture().layer(Architecture.POOLING)));
        return Stream.concat(cuts, others)
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

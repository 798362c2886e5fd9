package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.data.BadImage;
import org.finetune.data.ImageTraits;
import org.finetune.run.Interruption;
import org.finetune.train.cache.ActivationCache;
import org.finetune.train.cache.ActivationStorage;
import org.finetune.train.cache.CacheBuilder;
import org.finetune.train.cache.FeatureTimes;
import org.finetune.train.cache.ImageSet;

/** The activations of the training and the validation images. */
final class FeatureCaches implements AutoCloseable {
    private final ImageSet trainImages;
    private final ImageSet validationImages;
    private final ActivationStorage storage;
    private final TrainingListener listener;
    private final Interruption interruption;
    private final Map<ImageSet, ActivationCache> caches = new HashMap<>();
    private FeatureTimes times = FeatureTimes.NONE;
    private Map<String, ImageTraits> traits = Map.of();

    FeatureCaches(
            ImageSet trainImages,
            ImageSet validationImages,
            ActivationStorage storage,
            TrainingListener listener,
            Interruption interruption) {
        this.trainImages = trainImages;
        this.validationImages = validationImages;
        this.storage = storage;
        this.listener = listener;
        this.interruption = interruption;
    }

    /**
     * Takes what the storage has from earlier runs and runs the frozen part over the other images.
     *
     * @param newBuilder makes what runs it; not called if nothing is left to run
     */
    void fill(Supplier<CacheBuilder> newBuilder) {
        List<ImageSet> found = new ArrayList<>();
        List<ImageSet> missing = new ArrayList<>();
        for (ImageSet images : List.of(trainImages, validationImages)) {
            Optional<ActivationCache> kept = storage.find(images);
            kept.ifPresent(cache -> caches.put(images, cache));
            (kept.isPresent() ? found : missing).add(images);
        }
        if (!found.isEmpty()) {
            String names = found.stream().map(ImageSet::name).collect(Collectors.joining(" and "));
            listener.info("The activations of the " + names + " images were kept by an earlier run and are used again");
        }
        if (!missing.isEmpty()) {
            missing.forEach(images -> caches.put(images, storage.create(images)));
            build(missing, newBuilder);
        }
    }

    private void build(List<ImageSet> missing, Supplier<CacheBuilder> newBuilder) {
        long before = 0;
        try (CacheBuilder builder = newBuilder.get()) {
            listener.stageStarted(
                    "features",
                    missing.stream().mapToLong(set -> set.images().size()).sum());
            for (ImageSet images : missing) {
                long offset = before;
                builder.build(images, caches.get(images), done -> {
                    listener.stageProgress(offset + done, "");
                    interruption.check();
                });
                storage.complete(caches.get(images), images);
                before += images.images().size();
            }
            times = builder.times();
            traits = builder.traits();
        }
        listener.stageFinished();
    }

    ActivationCache train() {
        return caches.get(trainImages);
    }

    ActivationCache validation() {
        return caches.get(validationImages);
    }

    /** The descriptions of the images that {@link #fill} has decoded, by the SHA-256 of their files in hexadecimal. */
    Map<String, ImageTraits> traits() {
        return traits;
    }

    /** Where the time of {@link #fill} went. */
    FeatureTimes times() {
        return times;
    }

    /** The images that could not be decoded. */
    List<BadImage> bad() {
        return Stream.of(trainImages, validationImages)
                .flatMap(set -> caches.get(set).failures().stream()
                        .map(failure ->
                                new BadImage(set.images().get(failure.image()).path(), failure.reason())))
                .toList();
    }

    /** SHA-256 of the contents of the training images, then of the validation images; "" for what could not be read. */
    List<String> hashes() {
        return Stream.of(trainImages, validationImages)
                .flatMap(set -> caches.get(set).hashes().stream())
                .toList();
    }

    @Override
    public void close() {
        caches.values().forEach(ActivationCache::close);
    }
}

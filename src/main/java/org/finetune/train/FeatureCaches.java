package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            ActivationCache cache = storage.open(images);
            caches.put(images, cache);
            cache.onDamage(image -> repair(images, image, newBuilder));
            (isComplete(images) ? found : missing).add(images);
        }
        if (!found.isEmpty()) {
            String names = found.stream().map(ImageSet::name).collect(Collectors.joining(" and "));
            listener.info("The activations of the " + names + " images were kept by an earlier run and are used again");
        }
        if (!missing.isEmpty()) {
            build(missing, newBuilder);
        }
    }

    private boolean isComplete(ImageSet images) {
        return caches.get(images).done() == images.images().size()
                && caches.get(images).damaged().isEmpty();
    }

    private void build(List<ImageSet> missing, Supplier<CacheBuilder> newBuilder) {
        missing.forEach(this::announce);
        long before = 0;
        try (CacheBuilder builder = newBuilder.get()) {
            listener.stageStarted(
                    "features", missing.stream().mapToLong(this::left).sum());
            for (ImageSet images : missing) {
                long offset = before;
                before += left(images);
                repair(images, builder);
                builder.build(images, caches.get(images), done -> {
                    listener.stageProgress(offset + done, () -> "");
                    interruption.check();
                });
                storage.complete(caches.get(images), images);
            }
            times = builder.times();
            traits = builder.traits();
        }
        listener.stageFinished();
    }

    private long left(ImageSet images) {
        return (long) images.images().size() - caches.get(images).done();
    }

    private void announce(ImageSet images) {
        ActivationCache cache = caches.get(images);
        if (cache.done() > 0) {
            listener.info("The activations of " + cache.done() + " of "
                    + images.images().size() + " " + images.name() + " images were kept and are used again");
        }
        if (!cache.damaged().isEmpty()) {
            listener.warning("The activations of " + cache.damaged().cardinality() + " " + images.name()
                    + " images are damaged and computed again");
        }
    }

    /** Computes damaged activations again, batch by batch. */
    private void repair(ImageSet images, CacheBuilder builder) {
        ActivationCache cache = caches.get(images);
        int batch = builder.batch(images);
        int done = -1;
        for (int image = cache.damaged().nextSetBit(0);
                image >= 0;
                image = cache.damaged().nextSetBit(image + 1)) {
            if (image / batch != done) {
                builder.rebuild(images, cache, image);
                done = image / batch;
            }
        }
        cache.repaired();
    }

    /** Computes activations again that were whole when the run began, and are damaged now. */
    private void repair(ImageSet images, int image, Supplier<CacheBuilder> newBuilder) {
        listener.warning(
                "The activations of '" + images.images().get(image).path() + "' are damaged and computed again");
        try (CacheBuilder builder = newBuilder.get()) {
            builder.rebuild(images, caches.get(images), image);
        }
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

package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.data.Augmentation;
import org.finetune.data.BadPhoto;
import org.finetune.data.decode.ImageInfo;
import org.finetune.run.Interruption;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.features.ActivationStorage;
import org.finetune.train.features.CacheBuilder;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.features.KeptImages;
import org.finetune.train.features.PhotoSet;

/** The activations of the training and the validation photos. */
final class FeatureCaches implements AutoCloseable {
    private final PhotoSet trainPhotos;
    private final PhotoSet validationPhotos;
    private final ActivationStorage storage;
    private final TrainingListener listener;
    private final Interruption interruption;
    private final TimeLimit time;
    private final Map<PhotoSet, ActivationCache> caches = new HashMap<>();
    private FeatureTimes times = FeatureTimes.NONE;
    private Map<String, ImageInfo> imageInfos = Map.of();

    FeatureCaches(PhotoSet trainPhotos, PhotoSet validationPhotos, ActivationStorage storage, RunContext run) {
        this(trainPhotos, validationPhotos, storage, run.listener(), run.interruption(), run.time());
    }

    private FeatureCaches(
            PhotoSet trainPhotos,
            PhotoSet validationPhotos,
            ActivationStorage storage,
            TrainingListener listener,
            Interruption interruption,
            TimeLimit time) {
        this.trainPhotos = trainPhotos;
        this.validationPhotos = validationPhotos;
        this.storage = storage;
        this.listener = listener;
        this.interruption = interruption;
        this.time = time;
    }

    /**
     * Takes what the storage has from earlier runs and runs the frozen part over the other photos.
     *
     * @param newBuilder makes what runs it; not called if nothing is left to run
     */
    void fill(Supplier<CacheBuilder> newBuilder) {
        List<PhotoSet> found = new ArrayList<>();
        List<PhotoSet> missing = new ArrayList<>();
        for (PhotoSet photos : List.of(trainPhotos, validationPhotos)) {
            if (photos.labeled().isEmpty()) {
                caches.put(photos, ActivationCache.empty());
                continue;
            }
            ActivationCache cache = storage.open(photos);
            caches.put(photos, cache);
            cache.onDamage(image -> repair(photos, image, newBuilder));
            (isComplete(photos) ? found : missing).add(photos);
        }
        if (!found.isEmpty()) {
            String names = found.stream().map(PhotoSet::name).collect(Collectors.joining(" and "));
            listener.info("Using cached features of the " + names + " photos from an earlier run");
        }
        if (!missing.isEmpty()) {
            build(missing, newBuilder);
        }
    }

    private boolean isComplete(PhotoSet photos) {
        return caches.get(photos).done() == photos.labeled().size()
                && caches.get(photos).damaged().isEmpty();
    }

    private void build(List<PhotoSet> missing, Supplier<CacheBuilder> newBuilder) {
        Map<PhotoSet, KeptImages> kept = new HashMap<>();
        try (CacheBuilder builder = newBuilder.get()) {
            missing.forEach(photos ->
                    kept.put(photos, toRun(photos, KeptImages.NONE) == 0 ? KeptImages.NONE : storage.kept(photos)));
            if (kept.values().stream().anyMatch(images -> !images.isEmpty()) && !builder.placesAreAlike()) {
                listener.info(
                        "Cached features of single photos cannot be reused on this machine, because features depend on"
                                + " the position in a batch; recomputing all photos");
                kept.values().forEach(KeptImages::close);
                kept.replaceAll((photos, images) -> KeptImages.NONE);
            }
            missing.forEach(photos -> announce(photos, kept.get(photos)));
            build(missing, kept, builder);
            times = builder.times();
            imageInfos = builder.imageInfos();
        } finally {
            kept.values().forEach(KeptImages::close);
        }
    }

    private void build(List<PhotoSet> missing, Map<PhotoSet, KeptImages> kept, CacheBuilder builder) {
        long total = missing.stream()
                .mapToLong(photos -> toRun(photos, kept.get(photos)))
                .sum();
        long start = System.nanoTime();
        PassSpeed speed = new PassSpeed(total);
        // Where all images were kept there is nothing to show.
        boolean shown = total > 0;
        if (shown) {
            listener.taskStarted("features", total);
        }
        long before = 0;
        for (PhotoSet photos : missing) {
            long offset = before;
            before += toRun(photos, kept.get(photos));
            repair(photos, builder);
            LongConsumer progress = done -> {
                if (shown) {
                    listener.taskProgress(offset + done, () -> "");
                }
                interruption.check();
                speed.progress(offset + done, (System.nanoTime() - start) / 1e9);
                time.checkPass(speed);
            };
            if (kept.get(photos).isEmpty()) {
                builder.build(photos, caches.get(photos), progress);
            } else {
                builder.build(photos, caches.get(photos), kept.get(photos), progress);
            }
            storage.complete(caches.get(photos), photos);
        }
        if (shown) {
            listener.taskFinished();
        }
    }

    /** Number of photos that are to be run through layers. */
    private long toRun(PhotoSet photos, KeptImages kept) {
        return count(photos, photo -> !kept.has(photo) || kept.isPartial(photo));
    }

    /** Number of such photos among those that are to be added. */
    private long count(PhotoSet photos, IntPredicate wanted) {
        return IntStream.range(caches.get(photos).done(), photos.labeled().size())
                .filter(wanted)
                .count();
    }

    private void announce(PhotoSet photos, KeptImages kept) {
        ActivationCache cache = caches.get(photos);
        int all = photos.labeled().size();
        long partial = count(photos, kept::isPartial);
        long used = all - toRun(photos, kept);
        if (used > 0) {
            listener.info("Features of " + used + " of " + all + " " + photos.name() + " photos are cached already");
        }
        if (partial > 0) {
            listener.info(
                    "Features of " + partial + " of " + all + " " + photos.name()
                            + " photos are cached up to the layers that the parent has trained, so only those are run for them");
        }
        if (!cache.damaged().isEmpty()) {
            listener.warning("Cached features of " + cache.damaged().cardinality() + " " + photos.name()
                    + " photos are damaged and are recomputed");
        }
    }

    /** Computes damaged activations again, batch by batch. */
    private void repair(PhotoSet photos, CacheBuilder builder) {
        ActivationCache cache = caches.get(photos);
        int batch = builder.batch(photos);
        int done = -1;
        for (int image = cache.damaged().nextSetBit(0);
                image >= 0;
                image = cache.damaged().nextSetBit(image + 1)) {
            if (image / batch != done) {
                builder.rebuild(photos, cache, image);
                done = image / batch;
            }
        }
        cache.repaired();
    }

    /** Computes activations again that were whole when the run began, and are damaged now; for one of several readers at a time. */
    private synchronized void repair(PhotoSet photos, int image, Supplier<CacheBuilder> newBuilder) {
        listener.warning("The cached features of '"
                + photos.labeled().get(image).photo().id() + "' are damaged and are recomputed");
        try (CacheBuilder builder = newBuilder.get()) {
            builder.rebuild(photos, caches.get(photos), image);
        }
    }

    /**
     * Some of the training photos to train on and others of them to validate with, which are known by their places in the list of
     * training photos. This has their activations and has to stay open.
     *
     * @param train numbers of training samples
     * @param heldOut numbers of other training samples
     */
    FeatureCaches fold(int[] train, int[] heldOut) {
        PhotoSet validation = new PhotoSet("held-out", trainPhotos.labeled(), Augmentation.NONE);
        FeatureCaches fold = new FeatureCaches(trainPhotos, validation, storage, listener, interruption, time);
        fold.caches.put(trainPhotos, train().select(train));
        fold.caches.put(validation, train().select(heldOut));
        return fold;
    }

    /**
     * The same with some of the photos only. This has their activations and has to stay open.
     *
     * @param train numbers of training samples
     * @param validation numbers of validation samples
     */
    FeatureCaches select(int[] train, int[] validation) {
        FeatureCaches some = new FeatureCaches(trainPhotos, validationPhotos, storage, listener, interruption, time);
        some.caches.put(trainPhotos, train().select(train));
        some.caches.put(validationPhotos, validation().select(validation));
        return some;
    }

    ActivationCache train() {
        return caches.get(trainPhotos);
    }

    ActivationCache validation() {
        return caches.get(validationPhotos);
    }

    /** The descriptions of the images that {@link #fill} has decoded, by the SHA-256 of their files in hexadecimal. */
    Map<String, ImageInfo> imageInfos() {
        return imageInfos;
    }

    /** Where the time of {@link #fill} went. */
    FeatureTimes times() {
        return times;
    }

    /** The photos that could not be decoded. */
    List<BadPhoto> bad() {
        return Stream.of(trainPhotos, validationPhotos)
                .flatMap(set -> caches.get(set).failures().stream()
                        .map(failure -> new BadPhoto(
                                set.labeled().get(failure.image()).photo().id(), failure.reason())))
                .toList();
    }

    /** SHA-256 of the contents of the training photos, then of the validation photos; "" for what could not be read. */
    List<String> hashes() {
        return Stream.of(trainPhotos, validationPhotos)
                .flatMap(set -> caches.get(set).hashes().stream())
                .toList();
    }

    @Override
    public void close() {
        caches.values().forEach(ActivationCache::close);
    }
}

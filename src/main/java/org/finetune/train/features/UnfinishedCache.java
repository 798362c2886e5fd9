package org.finetune.train.features;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.finetune.model.KerasLayer;

/** Opens a cache in the making: a {@link CacheJournal} and a file of records for each layer. */
final class UnfinishedCache {
    private final CacheJournal journal;
    private final PhotoSet photos;
    private final Map<String, ActivationStore> stores = new LinkedHashMap<>();
    private final Map<String, FileStore> files = new LinkedHashMap<>();
    private final Map<String, BitSet> damaged = new LinkedHashMap<>();

    /**
     * Begins with what the journal says.
     *
     * @param journal of these images; it is closed with the cache
     */
    UnfinishedCache(CacheJournal journal, PhotoSet photos) {
        this.journal = journal;
        this.photos = photos;
    }

    private List<CacheJournal.Image> done() {
        return journal.batches().stream()
                .flatMap(batch -> batch.images().stream())
                .toList();
    }

    /** SHA-256 of the images that are done, in order. */
    List<String> contents() {
        return done().stream().map(CacheJournal.Image::sha256).toList();
    }

    /**
     * Adds a layer, in the order of the checksums in the journal.
     *
     * @param inMemory whether its activations are read from memory
     */
    void add(KerasLayer layer, Path file, boolean inMemory) {
        int first = stores.size() * photos.augmentation().views();
        int[] checksums = done().stream()
                .filter(image -> image.failure().isEmpty())
                .flatMapToInt(image ->
                        IntStream.range(0, photos.augmentation().views()).map(view -> image.checksums()[first + view]))
                .toArray();
        FileStore store = FileStore.append(file, layer.outputShape().length(), checksums);
        files.put(layer.name(), store);
        BitSet broken = new BitSet();
        if (inMemory) {
            stores.put(layer.name(), new MirroredStore(photos.records(), store, broken));
        } else {
            stores.put(layer.name(), store);
            broken.or(store.damaged());
        }
        damaged.put(layer.name(), broken);
    }

    /** The files of the layers that were added. */
    Map<String, FileStore> files() {
        return files;
    }

    /** The cache of the layers that were added, with the images that are done. */
    ActivationCache open() {
        ActivationCache cache = new ActivationCache(photos.augmentation().views(), stores, journal);
        List<CacheJournal.Image> done = done();
        for (int index = 0; index < done.size(); index++) {
            CacheJournal.Image image = done.get(index);
            cache.restore(index, photos.label(index), image.sha256(), image.failure());
        }
        damaged.values().forEach(cache::restoreDamaged);
        return cache;
    }
}

package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.ContentHashes;
import org.finetune.model.KerasLayer;

/**
 * Keeps activations in a directory where later runs find them. The activations of a layer for a list of images are one
 * entry of two files, named by their {@link CacheKey}: {@code <key>.f32} with the records, and then {@code <key>.json}, a
 * {@link CacheManifest}, without which the entry does not count.
 *
 * <p>Files in the making have hidden names and are moved when they are whole and on disk. A run that would make the same
 * goes on with what a stopped one has left of them ({@link PartFiles}). Several runs can use the directory at once: if
 * two make the same entry, one of them replaces the other's, whose files stay open to their readers. Entries are checked
 * when they are opened and never deleted.
 */
public final class CacheDirectory implements ActivationStorage {
    private final Path directory;
    private final Extraction extraction;
    private final List<KerasLayer> layers;
    private final DiskSpace room;
    private final Consumer<String> warning;
    private final Map<PhotoSet, List<String>> contents = new HashMap<>();
    private final Map<ActivationCache, Map<String, FileStore>> files = new HashMap<>();
    private final Map<ActivationCache, CacheJournal> journals = new HashMap<>();

    /**
     * Names the directory, which is created when there is something to keep.
     *
     * @param extraction how the activations are computed
     * @param layers the layers whose activations are kept
     * @param info hears what will be written to disk
     * @param warning hears of entries that cannot be used
     */
    public CacheDirectory(
            Path directory,
            Extraction extraction,
            List<KerasLayer> layers,
            Consumer<String> info,
            Consumer<String> warning) {
        this.directory = directory;
        this.extraction = extraction;
        this.layers = layers;
        this.room = new DiskSpace(directory, info);
        this.warning = warning;
    }

    @Override
    public ActivationCache open(PhotoSet images) {
        return find(images).orElseGet(() -> begin(images));
    }

    /** The entries of all layers, or nothing: a single one that is missing takes the whole pass anyway. */
    private Optional<ActivationCache> find(PhotoSet images) {
        if (!layers.stream().allMatch(layer -> Files.exists(manifest(key(images, layer))))) {
            return Optional.empty();
        }
        Map<String, FileStore> stores = new LinkedHashMap<>();
        CacheManifest manifest = null;
        for (KerasLayer layer : layers) {
            CacheKey key = key(images, layer);
            try {
                manifest = CacheManifest.read(manifest(key));
                int length = layer.outputShape().length();
                manifest.require(key, length, images.augmentation().views(), contents(images));
                FileStore store = FileStore.open(data(key), length, manifest.checksums());
                stores.put(layer.name(), store);
                manifest.requireLength(store);
            } catch (IOException e) {
                stores.values().forEach(FileStore::close);
                warning.accept("The activations of the " + images.name() + " images in '" + data(key)
                        + "' are damaged and computed again: " + FailureReason.of(e));
                return Optional.empty();
            }
        }
        return Optional.of(cache(images, manifest, stores));
    }

    private ActivationCache cache(PhotoSet images, CacheManifest manifest, Map<String, FileStore> stores) {
        ActivationCache cache = new ActivationCache(images.augmentation().views(), stores, null);
        for (int index = 0; index < manifest.images().size(); index++) {
            CacheManifest.Image image = manifest.images().get(index);
            if (image.failure() == null) {
                cache.restore(new ActivationCache.Sample(index, images.label(index), image.sha256()));
            } else {
                cache.restore(new ActivationCache.Failure(index, image.sha256(), image.failure()));
            }
        }
        stores.values().forEach(store -> cache.restoreDamaged(store.damaged()));
        files.put(cache, stores);
        return cache;
    }

    private ActivationCache begin(PhotoSet images) {
        PartFiles parts = PartFiles.open(
                directory,
                layers.stream().map(layer -> key(images, layer)).toList(),
                layers.size() * images.augmentation().views());
        room.claim(
                images.name(),
                layers.stream()
                        .mapToLong(
                                layer -> images.records() * layer.outputShape().length() * Float.BYTES)
                        .sum(),
                IntStream.range(0, layers.size()).mapToObj(parts::data).toList());
        UnfinishedCache unfinished = new UnfinishedCache(parts.journal(), images);
        for (int i = 0; i < layers.size(); i++) {
            unfinished.add(layers.get(i), parts.data(i), false);
        }
        ActivationCache cache = unfinished.open();
        files.put(cache, unfinished.files());
        journals.put(cache, parts.journal());
        return cache;
    }

    @Override
    public void complete(ActivationCache cache, PhotoSet images) {
        Map<String, FileStore> stores = files.get(cache);
        CacheJournal journal = journals.remove(cache);
        if (!cache.hashes().equals(contents(images))) {
            warning.accept("Some of the " + images.name()
                    + " images changed during the run; their activations are not kept for later runs");
            if (journal != null) {
                stores.values().forEach(FileStore::delete);
                journal.delete();
            }
            return;
        }
        for (KerasLayer layer : layers) {
            FileStore store = stores.get(layer.name());
            CacheKey key = key(images, layer);
            store.keepAs(data(key));
            CacheManifest manifest = new CacheManifest(
                    key.sha256(), layer.name(), store.recordLength(), CacheManifest.images(cache, store));
            try {
                manifest.write(manifest(key));
            } catch (IOException e) {
                throw cannotKeep(e);
            }
        }
        if (journal != null) {
            journal.delete();
        }
    }

    private CacheKey key(PhotoSet images, KerasLayer layer) {
        return CacheKey.of(extraction, images.augmentation(), layer.name(), contents(images));
    }

    private List<String> contents(PhotoSet images) {
        return contents.computeIfAbsent(images, wanted -> ContentHashes.of(wanted.paths()));
    }

    private Path data(CacheKey key) {
        return directory.resolve(key.sha256() + ".f32");
    }

    private Path manifest(CacheKey key) {
        return directory.resolve(key.sha256() + ".json");
    }

    private FinetuneException cannotKeep(IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot keep activations in '" + directory + "': " + FailureReason.of(e)
                        + "; make room there or choose another --cache.",
                e);
    }
}

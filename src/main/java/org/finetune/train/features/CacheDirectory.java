package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
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
 * when they are opened and never deleted. An entry for a list that has images of others takes those from there
 * ({@link KeptImages}).
 */
public final class CacheDirectory implements ActivationStorage {
    private final Path directory;
    private final Extraction extraction;
    private final List<KerasLayer> layers;
    private final DiskSpace diskSpace;
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
        this.diskSpace = new DiskSpace(directory, info);
        this.warning = warning;
    }

    @Override
    public ActivationCache open(PhotoSet photos) {
        return find(photos).orElseGet(() -> begin(photos));
    }

    /** The entries of all layers, or nothing: a single one that is missing takes the whole pass anyway. */
    private Optional<ActivationCache> find(PhotoSet photos) {
        if (!layers.stream().allMatch(layer -> Files.exists(manifest(key(photos, layer))))) {
            return Optional.empty();
        }
        Map<String, FileStore> stores = new LinkedHashMap<>();
        CacheManifest manifest = null;
        for (KerasLayer layer : layers) {
            CacheKey key = key(photos, layer);
            try {
                manifest = CacheManifest.read(manifest(key));
                int length = layer.outputShape().length();
                manifest.require(key, length, photos.augmentation().views(), contents(photos));
                FileStore store = FileStore.open(data(key), length, manifest.checksums());
                stores.put(layer.name(), store);
                manifest.requireLength(store);
            } catch (IOException e) {
                stores.values().forEach(FileStore::close);
                warning.accept("The feature cache of the " + photos.name() + " photos in '" + data(key)
                        + "' is damaged and is recomputed: " + FailureReason.of(e));
                return Optional.empty();
            }
        }
        return Optional.of(cache(photos, manifest, stores));
    }

    private ActivationCache cache(PhotoSet photos, CacheManifest manifest, Map<String, FileStore> stores) {
        ActivationCache cache = new ActivationCache(photos.augmentation().views(), stores, null);
        for (int index = 0; index < manifest.images().size(); index++) {
            CacheManifest.Image image = manifest.images().get(index);
            cache.restore(index, photos.label(index), image.sha256(), Objects.requireNonNullElse(image.failure(), ""));
        }
        stores.values().forEach(store -> cache.restoreDamaged(store.damaged()));
        files.put(cache, stores);
        return cache;
    }

    private ActivationCache begin(PhotoSet photos) {
        PartFiles parts = PartFiles.open(
                directory,
                layers.stream().map(layer -> key(photos, layer)).toList(),
                layers.size() * photos.augmentation().views());
        diskSpace.claim(
                photos.name(),
                layers.stream().mapToLong(photos::bytes).sum(),
                IntStream.range(0, layers.size()).mapToObj(parts::data).toList());
        UnfinishedCache unfinished = new UnfinishedCache(parts.journal(), photos);
        for (int i = 0; i < layers.size(); i++) {
            unfinished.add(layers.get(i), parts.data(i), false);
        }
        ActivationCache cache = unfinished.open();
        files.put(cache, unfinished.files());
        journals.put(cache, parts.journal());
        return cache;
    }

    @Override
    public KeptImages kept(PhotoSet photos) {
        // The first view of each augmentation is the image itself.
        List<Augmentation> augmentations = photos.augmentation().equals(Augmentation.NONE)
                ? contents.keySet().stream()
                        .map(PhotoSet::augmentation)
                        .distinct()
                        .toList()
                : List.of(photos.augmentation());
        return KeptImages.find(
                directory,
                extraction,
                layers,
                contents(photos),
                augmentations,
                photos.augmentation().views());
    }

    @Override
    public void complete(ActivationCache cache, PhotoSet photos) {
        Map<String, FileStore> stores = files.get(cache);
        CacheJournal journal = journals.remove(cache);
        if (!cache.hashes().equals(contents(photos))) {
            warning.accept("Some of the " + photos.name()
                    + " photos changed during the run; their features are not cached for later runs");
            if (journal != null) {
                stores.values().forEach(FileStore::delete);
                journal.delete();
            }
            return;
        }
        for (KerasLayer layer : layers) {
            FileStore store = stores.get(layer.name());
            CacheKey key = key(photos, layer);
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

    private CacheKey key(PhotoSet photos, KerasLayer layer) {
        return CacheKey.of(extraction, photos.augmentation(), layer, contents(photos));
    }

    private List<String> contents(PhotoSet photos) {
        return contents.computeIfAbsent(photos, wanted -> ContentHashes.of(wanted.photos()));
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
                "Cannot write the feature cache in '" + directory + "': " + FailureReason.of(e)
                        + "; free some space there or choose another --cache.",
                e);
    }
}

package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.finetune.data.ContentHashes;
import org.finetune.model.KerasLayer;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * Keeps activations for one run, in files of its directory, so that it can go on with them after it was stopped. Where
 * they are small, they are read from memory, and there need not be room for the files.
 */
public final class RunStorage implements ActivationStorage {
    private final Path directory;
    private final long memoryLimit;
    private final Extraction extraction;
    private final List<KerasLayer> layers;
    private final DiskSpace diskSpace;
    private final Consumer<String> warning;

    /**
     * Names the directory.
     *
     * @param directory where the files go; whoever owns it deletes them
     * @param memoryLimit bytes up to which the activations of a layer are kept in memory
     * @param extraction how the activations are computed
     * @param layers the layers whose activations are kept
     * @param info hears what will be written to disk
     * @param warning hears what cannot be kept or used
     */
    public RunStorage(
            Path directory,
            long memoryLimit,
            Extraction extraction,
            List<KerasLayer> layers,
            Consumer<String> info,
            Consumer<String> warning) {
        this.directory = directory;
        this.memoryLimit = memoryLimit;
        this.extraction = extraction;
        this.layers = layers;
        this.diskSpace = new DiskSpace(directory, info);
        this.warning = warning;
    }

    @Override
    public ActivationCache open(PhotoSet photos) {
        createDirectory();
        List<Path> files = layers.stream().map(layer -> file(photos, layer)).toList();
        long bytes = layers.stream().mapToLong(photos::bytes).sum();
        if (!layers.stream().allMatch(layer -> isSmall(photos, layer))) {
            diskSpace.claim(photos.name(), bytes, files);
        } else if (!diskSpace.tryClaim(bytes, files)) {
            warning.accept("No room in '" + directory + "' for the features of the " + photos.name()
                    + " photos, so they are kept in memory only and recomputed if the run is resumed");
            return inMemoryAlone(photos);
        }
        int records = layers.size() * photos.augmentation().views();
        CacheJournal journal = CacheJournal.open(directory.resolve(photos.name() + ".journal"), key(photos), records)
                .orElseThrow(() -> new IllegalStateException("The run has its directory for itself"));
        dropChanged(journal, photos);
        UnfinishedCache unfinished = new UnfinishedCache(journal, photos);
        layers.forEach(layer -> unfinished.add(layer, file(photos, layer), isSmall(photos, layer)));
        return unfinished.open();
    }

    private void createDirectory() {
        try {
            PlainFiles.createDirectory(directory);
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(directory, e, "--out");
        }
    }

    private ActivationCache inMemoryAlone(PhotoSet photos) {
        Map<String, ActivationStore> stores = new LinkedHashMap<>();
        layers.forEach(layer -> stores.put(
                layer.name(),
                new MemoryStore(photos.records(), layer.outputShape().length())));
        return new ActivationCache(photos.augmentation().views(), stores, null);
    }

    private boolean isSmall(PhotoSet photos, KerasLayer layer) {
        return photos.bytes(layer) <= memoryLimit;
    }

    private Path file(PhotoSet photos, KerasLayer layer) {
        return directory.resolve(photos.name() + "-" + layer.name() + ".f32");
    }

    /** Stands for how the activations are computed, whatever the images. */
    private String key(PhotoSet photos) {
        return CacheKey.ofAll(layers.stream()
                        .map(layer -> CacheKey.of(extraction, photos.augmentation(), layer, List.of()))
                        .toList())
                .sha256();
    }

    /** Takes back the batches from the first on that has an image whose content has changed since. */
    private void dropChanged(CacheJournal journal, PhotoSet photos) {
        List<String> done = new UnfinishedCache(journal, photos).contents();
        int compared = Math.min(done.size(), photos.labeled().size());
        List<String> now = ContentHashes.of(photos.photos().subList(0, compared));
        int same = 0;
        while (same < compared && done.get(same).equals(now.get(same))) {
            same++;
        }
        if (same == done.size()) {
            return;
        }
        warning.accept("The " + photos.name() + " photos have changed since the run was stopped, starting with '"
                + photos.photos()
                        .get(Math.min(same, photos.labeled().size() - 1))
                        .id()
                + "'; their features are recomputed");
        int kept = 0;
        int end = 0;
        while (end + journal.batches().get(kept).images().size() <= same) {
            end += journal.batches().get(kept).images().size();
            kept++;
        }
        journal.keep(kept);
    }

    @Override
    public void complete(ActivationCache cache, PhotoSet photos) {
        // The files stay where they are.
    }
}

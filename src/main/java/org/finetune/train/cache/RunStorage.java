package org.finetune.train.cache;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.model.KerasLayer;

/** Keeps activations until the run ends: in memory, or in files if they are large. */
public final class RunStorage implements ActivationStorage {
    private final Path directory;
    private final long memoryLimit;
    private final List<KerasLayer> layers;
    private final DiskRoom room;

    /**
     * Makes the storage, which is empty.
     *
     * @param directory where large activations go
     * @param memoryLimit bytes up to which the activations of a layer are kept in memory
     * @param layers the layers whose activations are kept
     * @param info hears what will be written to disk
     */
    public RunStorage(Path directory, long memoryLimit, List<KerasLayer> layers, Consumer<String> info) {
        this.directory = directory;
        this.memoryLimit = memoryLimit;
        this.layers = layers;
        this.room = new DiskRoom(directory, info);
    }

    @Override
    public Optional<ActivationCache> find(ImageSet images) {
        return Optional.empty();
    }

    @Override
    public ActivationCache create(ImageSet images) {
        Map<String, ActivationStore> stores = new LinkedHashMap<>();
        for (KerasLayer layer : layers) {
            stores.put(layer.name(), store(images, layer));
        }
        return new ActivationCache(images.augmentation().views(), stores);
    }

    private ActivationStore store(ImageSet images, KerasLayer layer) {
        int length = layer.outputShape().length();
        long bytes = images.records() * length * Float.BYTES;
        if (bytes <= memoryLimit) {
            return new MemoryStore(images.records(), length);
        }
        room.claim(images.name(), bytes);
        return FileStore.create(directory.resolve(images.name() + "-" + layer.name() + ".f32"), length);
    }

    @Override
    public void complete(ActivationCache cache, ImageSet images) {
        // It lasts as long as the run.
    }
}

package org.finetune.train.cache;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.model.KerasLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the frozen part of the network made of a list of images: for each image its class and, for each of its views, the
 * activations of one or more layers.
 */
public final class ActivationCache implements AutoCloseable {
    private final int views;
    private final Map<String, Kept> layers = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /**
     * An image of the cache.
     *
     * @param image its index in the data set's list
     * @param label its class
     * @param sha256 SHA-256 of the file's content, in hexadecimal
     */
    public record Sample(int image, int label, String sha256) {}

    private record Kept(int recordLength, ActivationStore store) {}

    /**
     * An empty cache.
     *
     * @param images most images it will hold
     * @param views views of each image
     * @param layers the layers whose activations are kept
     * @param directory where they are kept if they are large
     * @param memoryLimit bytes up to which the activations of a layer are kept in memory
     */
    public ActivationCache(
            String name, long images, int views, List<KerasLayer> layers, Path directory, long memoryLimit) {
        this.views = views;
        for (KerasLayer layer : layers) {
            int length = layer.outputShape().length();
            ActivationStore store = images * views * length * Float.BYTES <= memoryLimit
                    ? new MemoryStore(images * views, length)
                    : new FileStore(directory.resolve(name + "-" + layer.name() + ".f32"), length);
            this.layers.put(layer.name(), new Kept(length, store));
        }
    }

    /** Bytes needed for a number of images. */
    public static long bytes(long images, int views, List<KerasLayer> layers) {
        return layers.stream()
                .mapToLong(layer -> images * views * layer.outputShape().length() * Float.BYTES)
                .sum();
    }

    /**
     * Adds images.
     *
     * @param activations by layer: {@code [images*views,H,W,C]}, or more rows, the views of an image side by side
     */
    public void add(List<Sample> images, Map<String, INDArray> activations) {
        if (images.isEmpty()) {
            return;
        }
        long record = (long) samples.size() * views;
        layers.forEach((layer, kept) -> kept.store().write(record, images.size() * views, (FloatPointer)
                activations.get(layer).data().pointer()));
        samples.addAll(images);
    }

    /** Views of each image. */
    public int views() {
        return views;
    }

    /** The images, in the order in which they were added. */
    public List<Sample> samples() {
        return samples;
    }

    /**
     * Copies the activations of some views into a batch.
     *
     * @param layer name of the layer
     * @param records {@code sample * views + view} for each row
     * @param batch {@code [rows,H,W,C]} in C order, or more rows
     */
    public void read(String layer, int[] records, INDArray batch) {
        Kept kept = layers.get(layer);
        FloatPointer rows = (FloatPointer) batch.data().pointer();
        for (int row = 0; row < records.length; row++) {
            kept.store().read(records[row], rows.getPointer(FloatPointer.class, (long) row * kept.recordLength()));
        }
    }

    @Override
    public void close() {
        layers.values().forEach(kept -> kept.store().close());
    }
}

package org.finetune.train.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the frozen part of the network made of a list of images: for each image its class and, for each of its views, the
 * activations of one or more layers.
 */
public final class ActivationCache implements AutoCloseable {
    private final int views;
    private final Map<String, ? extends ActivationStore> layers;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    /**
     * An image of the cache.
     *
     * @param image its index in the list
     * @param label its class
     * @param sha256 SHA-256 of the file's content, in hexadecimal
     */
    public record Sample(int image, int label, String sha256) {}

    /**
     * An image without activations, since it could not be decoded.
     *
     * @param image its index in the list
     * @param sha256 SHA-256 of the file's content, in hexadecimal, or "" if it could not be read
     * @param reason a few words without the file's name
     */
    public record Failure(int image, String sha256, String reason) {}

    /**
     * A cache without images.
     *
     * @param views views of each image
     * @param layers where the activations of each layer are, or go
     */
    ActivationCache(int views, Map<String, ? extends ActivationStore> layers) {
        this.views = views;
        this.layers = layers;
    }

    /**
     * Adds images whose activations are to be added too.
     *
     * @param activations by layer: {@code [images*views,H,W,C]}, or more rows, the views of an image side by side
     */
    void add(List<Sample> images, Map<String, INDArray> activations) {
        if (images.isEmpty()) {
            return;
        }
        layers.forEach((layer, store) -> store.append(images.size() * views, (FloatPointer)
                activations.get(layer).data().pointer()));
        samples.addAll(images);
    }

    /** Adds an image whose activations are there. */
    void add(Sample image) {
        samples.add(image);
    }

    /** Adds an image that has no activations. */
    void add(Failure image) {
        failures.add(image);
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
     * The classes of the images of some views.
     *
     * @param records {@code sample * views + view} for each
     */
    public int[] labels(int[] records) {
        return Arrays.stream(records)
                .map(record -> samples.get(record / views).label())
                .toArray();
    }

    /** The images that could not be decoded, in the order in which they were added. */
    public List<Failure> failures() {
        return failures;
    }

    /** SHA-256 of the contents of all images, in the order of their list; "" for what could not be read. */
    public List<String> hashes() {
        String[] hashes = new String[samples.size() + failures.size()];
        samples.forEach(sample -> hashes[sample.image()] = sample.sha256());
        failures.forEach(failure -> hashes[failure.image()] = failure.sha256());
        return List.of(hashes);
    }

    /**
     * Copies the activations of some views into a batch.
     *
     * @param layer name of the layer
     * @param records {@code sample * views + view} for each row
     * @param batch {@code [rows,H,W,C]} in C order, or more rows
     */
    public void read(String layer, int[] records, INDArray batch) {
        ActivationStore store = layers.get(layer);
        FloatPointer rows = (FloatPointer) batch.data().pointer();
        for (int row = 0; row < records.length; row++) {
            store.read(records[row], rows.getPointer(FloatPointer.class, (long) row * store.recordLength()));
        }
    }

    @Override
    public void close() {
        layers.values().forEach(ActivationStore::close);
    }
}

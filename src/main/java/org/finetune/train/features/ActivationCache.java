package org.finetune.train.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.HostMemory;
import org.finetune.engine.Activations;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the frozen part of the network made of a list of images: for each image its class and, for each of its views, the
 * activations of one or more layers.
 */
public final class ActivationCache implements AutoCloseable {
    private final int views;
    private final Map<String, ? extends ActivationStore> layers;
    private final CacheJournal journal;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final BitSet damaged = new BitSet();
    private IntConsumer repairer = image -> {};

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
     * @param journal hears of each batch that is added; null if nothing is to outlive the process, or all is there
     */
    ActivationCache(int views, Map<String, ? extends ActivationStore> layers, CacheJournal journal) {
        this.views = views;
        this.layers = layers;
        this.journal = journal;
    }

    /** A cache that has no images and takes none. */
    public static ActivationCache empty() {
        return new ActivationCache(1, Map.of(), null);
    }

    /**
     * Some of the images. Their activations stay in this cache, which has to stay open and to repair them.
     *
     * @param chosen numbers of the images among the {@link #samples}, in the order that they are to have
     */
    public ActivationCache select(int[] chosen) {
        Map<String, ActivationStore> selected = new LinkedHashMap<>();
        layers.forEach((layer, store) -> selected.put(layer, new SelectedStore(store, chosen, views)));
        ActivationCache some = new ActivationCache(views, selected, null);
        Arrays.stream(chosen).mapToObj(samples::get).forEach(some::restore);
        some.onDamage(image -> repairer.accept(image));
        return some;
    }

    /**
     * Adds a batch of images, in the order of their list, and the activations of those that have them.
     *
     * @param activations by layer: {@code [images*views,H,W,C]}, or more rows, the views of an image side by side
     */
    void add(List<Sample> images, List<Failure> failed, Map<String, INDArray> activations) {
        add(images, failed, activations, 0);
    }

    /**
     * The same.
     *
     * @param first row of the first view of the first image
     */
    void add(List<Sample> images, List<Failure> failed, Map<String, INDArray> activations, int first) {
        int count = images.size() * views;
        append(images, failed, (layer, store) -> read(activations.get(layer), first, count, store, store::append));
    }

    /**
     * The same.
     *
     * @param activations by layer: the records of the images one after the other
     */
    void append(List<Sample> images, List<Failure> failed, Map<String, FloatPointer> activations) {
        append(images, failed, (layer, store) -> store.append(images.size() * views, activations.get(layer)));
    }

    /** Has a store take records. */
    private interface Taker {
        void take(int records, FloatPointer values);
    }

    private static void read(INDArray rows, int first, int count, ActivationStore store, Taker taker) {
        HostMemory.read(
                rows,
                (long) first * store.recordLength(),
                (long) count * store.recordLength(),
                values -> taker.take(count, values));
    }

    private void append(List<Sample> images, List<Failure> failed, BiConsumer<String, ActivationStore> appending) {
        if (!images.isEmpty()) {
            layers.forEach(appending);
        }
        int first = samples.size();
        samples.addAll(images);
        failures.addAll(failed);
        if (journal != null) {
            journal.append(entry(first, images, failed));
        }
    }

    private CacheJournal.Batch entry(int first, List<Sample> images, List<Failure> failed) {
        Map<Integer, CacheJournal.Image> byImage = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            Sample sample = images.get(i);
            byImage.put(sample.image(), new CacheJournal.Image(sample.sha256(), "", checksums(first + i)));
        }
        failed.forEach(failure ->
                byImage.put(failure.image(), new CacheJournal.Image(failure.sha256(), failure.reason(), new int[0])));
        return new CacheJournal.Batch(List.copyOf(byImage.values()));
    }

    /**
     * CRC-32C of the records of an image, those of one layer after those of another.
     *
     * @param sample its number among those that have activations
     */
    int[] checksums(int sample) {
        return layers.values().stream()
                .flatMapToInt(store ->
                        IntStream.range(sample * views, (sample + 1) * views).map(store::checksum))
                .toArray();
    }

    /**
     * Replaces the activations of images that are there.
     *
     * @param images the images, which must be the same as before
     * @param activations as for {@link #add}
     * @throws FinetuneException with {@link ExitCode#DATA} if an image has changed since
     */
    void replace(List<Sample> images, Map<String, INDArray> activations) {
        int first = samples.indexOf(images.isEmpty() ? null : images.get(0));
        if (first < 0
                || !samples.subList(first, Math.min(samples.size(), first + images.size()))
                        .equals(images)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The feature cache is damaged and cannot be rebuilt because a photo has changed. Restore "
                            + "that photo, or start a new run.");
        }
        int count = images.size() * views;
        layers.forEach((layer, store) -> read(
                activations.get(layer),
                0,
                count,
                store,
                (records, values) -> store.write(first * views, records, values)));
    }

    /** Adds an image whose activations are there. */
    private void restore(Sample image) {
        samples.add(image);
    }

    /**
     * Adds an image that an earlier run has been through.
     *
     * @param image its index in the list
     * @param label its class
     * @param sha256 SHA-256 of the file's content, in hexadecimal, or "" if it could not be read
     * @param failure why it has no activations, or "" if they are there
     */
    void restore(int image, int label, String sha256, String failure) {
        if (failure.isEmpty()) {
            restore(new Sample(image, label, sha256));
        } else {
            failures.add(new Failure(image, sha256, failure));
        }
    }

    /** Hears that some records of a layer are damaged. */
    void restoreDamaged(BitSet records) {
        records.stream()
                .forEach(record -> damaged.set(samples.get(record / views).image()));
    }

    /** The images with activations that are damaged, until {@link #repaired}. */
    public BitSet damaged() {
        return damaged;
    }

    /** Hears that no activations are damaged any more. */
    public void repaired() {
        damaged.clear();
    }

    /**
     * Says what to do about a record that turns out to be damaged when it is read.
     *
     * @param repairer is given the image, and computes its activations again
     */
    public void onDamage(IntConsumer repairer) {
        this.repairer = repairer;
    }

    /** Number of images that are there, with activations or without. */
    public int done() {
        return samples.size() + failures.size();
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
     * The activations of a layer, with {@code sample * views + view} as the number of a record. It is equal to what other calls
     * return for the layer.
     */
    public Activations of(String layer) {
        return new OfLayer(this, layer);
    }

    private record OfLayer(ActivationCache cache, String layer) implements Activations {

        @Override
        public int count() {
            return cache.samples.size() * cache.views;
        }

        @Override
        public void read(int[] records, INDArray batch) {
            cache.read(layer, records, batch);
        }
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
        HostMemory.write(batch, (long) records.length * store.recordLength(), rows -> {
            for (int row = 0; row < records.length; row++) {
                read(
                        layer,
                        store,
                        records[row],
                        rows.getPointer(FloatPointer.class, (long) row * store.recordLength()));
            }
        });
    }

    /**
     * Has activations of some views that are in a file read in the order of the file, so that the operating system has them in
     * memory when they are read one by one.
     *
     * @param layer name of the layer
     * @param records {@code sample * views + view} for each, in any order
     */
    public void readAhead(String layer, int[] records) {
        int[] inOrder = records.clone();
        Arrays.sort(inOrder);
        layers.get(layer).readAhead(inOrder);
    }

    private void read(String layer, ActivationStore store, int record, FloatPointer destination) {
        if (store.read(record, destination)) {
            return;
        }
        repairer.accept(samples.get(record / views).image());
        if (!store.read(record, destination)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The features of layer " + layer + " are damaged each time they are written; use "
                            + "another disk with --out or --cache.");
        }
    }

    @Override
    public void close() {
        layers.values().forEach(ActivationStore::close);
        if (journal != null) {
            journal.close();
        }
    }
}

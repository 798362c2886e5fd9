package org.finetune.inference;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.PixelType;
import org.finetune.engine.Classifier;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.SavedModel;

/**
 * A network on a thread of its own, to which any thread gives images. Images that are there at the same time share a batch.
 */
final class BatchedNetwork implements AutoCloseable {
    private final SavedModel model;
    private final BatchQueue<Work> queue;
    private final ClassifierListener listener;
    private final Optional<FeatureDistance> training;

    private final Thread thread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    /**
     * An image.
     *
     * @param pixels {@code [H,W,3]} in RGB
     * @param type of their values: {@link PixelType#FLOAT32}, or that of the engine
     */
    record Image(Pointer pixels, PixelType type) {}

    /**
     * An image to classify.
     *
     * @param image is freed once it was classified
     * @param map whether its map is wanted
     * @param result is completed with the outcome; when it is already, the image is passed over
     */
    record Work(Image image, boolean map, CompletableFuture<Classification> result) {}

    /**
     * Lays out a network and waits until it can run.
     *
     * @param options how large batches may be, how long an image waits for others that are announced, and what images are
     *     compared with
     */
    BatchedNetwork(SavedModel model, PhotoClassifier.Options options) {
        this.model = model;
        this.queue = new BatchQueue<>(options.maxBatch(), options.maxWait());
        this.listener = options.listener();
        this.training = options.training();
        this.thread = new Thread(() -> run(options.maxBatch(), options.warnings()), "network");
        thread.setDaemon(true);
        thread.start();
        try {
            ready.join();
        } catch (CompletionException e) {
            throw thrown(e.getCause());
        }
    }

    private static RuntimeException thrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    /** Announces an image, for which {@link #add} or {@link #withdraw} follows. */
    void announce() {
        queue.announce();
    }

    /** Takes back an announcement. */
    void withdraw() {
        queue.withdraw();
    }

    /** Classifies an image that was announced. */
    void add(Work work) {
        queue.add(work);
    }

    private void run(int largest, Consumer<String> warnings) {
        try (SizedNetworks networks = new SizedNetworks(model, largest, warnings)) {
            ready.complete(null);
            for (List<Work> batch = take(networks); !batch.isEmpty(); batch = take(networks)) {
                classify(networks, batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            ready.completeExceptionally(e);
        }
    }

    /** The next images. While there are none, layouts for more images are made, before which the first image need not wait. */
    private List<Work> take(SizedNetworks networks) throws InterruptedException {
        boolean grows = true;
        while (grows && queue.isIdle()) {
            grows = networks.grow();
        }
        return queue.take();
    }

    /** Whatever happens, each image has an outcome, and the next batch its turn. */
    private void classify(SizedNetworks networks, List<Work> batch) {
        try {
            classifyWanted(
                    networks,
                    batch.stream().filter(work -> !work.result().isDone()).toList());
        } catch (RuntimeException | Error e) {
            batch.forEach(work -> work.result().completeExceptionally(e));
        } finally {
            batch.forEach(work -> work.image().pixels().close());
        }
    }

    private void classifyWanted(SizedNetworks networks, List<Work> wanted) {
        long start = System.nanoTime();
        networks.growFor(wanted.size());
        for (PixelType type : PixelType.values()) {
            classify(
                    networks,
                    wanted.stream().filter(work -> work.image().type() == type).toList(),
                    type);
        }
        if (!wanted.isEmpty()) {
            listener.classified(wanted.size(), System.nanoTime() - start);
        }
    }

    private void classify(SizedNetworks networks, List<Work> images, PixelType type) {
        int part;
        for (int first = 0; first < images.size(); first += part) {
            part = networks.part(images.size() - first);
            classify(networks.network(part), images.subList(first, first + part), type);
        }
    }

    private void classify(Classifier network, List<Work> part, PixelType type) {
        try {
            float[][] probabilities = network.classify(
                    part.stream().map(work -> work.image().pixels()).toList(), type);
            for (int row = 0; row < part.size(); row++) {
                Work work = part.get(row);
                work.result().complete(Classification.of(0, network, row, probabilities[row], work.map(), training));
            }
        } catch (RuntimeException | Error e) {
            part.forEach(work -> work.result().completeExceptionally(e));
        }
    }

    /** Waits until all images that were announced are classified, and frees the network. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

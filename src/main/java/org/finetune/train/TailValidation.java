package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.finetune.compute.Probabilities;
import org.finetune.compute.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.train.cache.ActivationCache;

/** Classifies the cached validation images with a tail as it is at the moment. */
final class TailValidation {
    private final TrainableTail tail;
    private final ActivationCache images;
    private final int batchSize;
    private final List<String> classes;

    TailValidation(TrainableTail tail, ActivationCache images, int batchSize, List<String> classes) {
        this.tail = tail;
        this.images = images;
        this.batchSize = batchSize;
        this.classes = classes;
    }

    /**
     * The figures of the tail's parameters.
     *
     * @param afterBatch called after each batch
     */
    ClassificationMetrics metrics(Runnable afterBatch) {
        MetricsCollector figures = new MetricsCollector(classes);
        forEachBatch((predicted, records) -> {
            figures.add(predicted, images.labels(records));
            afterBatch.run();
        });
        return figures.metrics();
    }

    /** The probabilities of each image, in the order of the cache. */
    List<float[]> probabilities() {
        List<float[]> probabilities = new ArrayList<>();
        forEachBatch((predicted, records) -> probabilities.addAll(Arrays.asList(predicted)));
        return probabilities;
    }

    /**
     * Classifies the images.
     *
     * @param results hears the probabilities {@code [images,classes]} of each batch, and its records in the cache
     */
    private void forEachBatch(BiConsumer<float[][], int[]> results) {
        int count = images.samples().size();
        for (int from = 0; from < count; from += batchSize) {
            int[] records =
                    IntStream.range(from, Math.min(from + batchSize, count)).toArray();
            images.read(tail.inputLayer(), records, tail.input());
            results.accept(Probabilities.byImage(tail.predict(records.length)), records);
        }
    }
}

package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.engine.Probabilities;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.train.features.ActivationCache;

/** Classifies cached images, of each its first view, with a tail as it is at the moment. */
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
     * What the tail makes of the images.
     *
     * @param figures how often it is right, and the like
     * @param probabilities of each image, in the order of the cache
     */
    record Result(ClassificationMetrics figures, List<float[]> probabilities) {}

    /**
     * Classifies the images.
     *
     * @param afterBatch called after each batch
     */
    Result run(Runnable afterBatch) {
        MetricsCollector figures = new MetricsCollector(classes);
        List<float[]> probabilities = new ArrayList<>();
        int count = images.samples().size();
        for (int from = 0; from < count; from += batchSize) {
            int[] records = IntStream.range(from, Math.min(from + batchSize, count))
                    .map(image -> image * images.views())
                    .toArray();
            tail.load(images.of(tail.inputLayer()), records);
            float[][] predicted = Probabilities.byImage(tail.predict(records.length));
            figures.add(predicted, images.labels(records));
            probabilities.addAll(Arrays.asList(predicted));
            afterBatch.run();
        }
        return new Result(figures.metrics(), probabilities);
    }
}

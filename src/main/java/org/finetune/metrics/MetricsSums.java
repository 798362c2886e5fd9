package org.finetune.metrics;

import java.util.Objects;

/**
 * What a {@link MetricsCollector} has added up, to continue from.
 *
 * @param confusion number of images by true and predicted label
 * @param topHits number of images whose class is among the five most probable
 * @param lossSum sum of the images' cross-entropy in nats
 */
public record MetricsSums(ConfusionMatrix confusion, long topHits, double lossSum) {

    public MetricsSums {
        Objects.requireNonNull(confusion, "confusion");
    }
}

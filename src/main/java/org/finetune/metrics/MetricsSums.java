package org.finetune.metrics;

/**
 * What a {@link MetricsCollector} has added up, to go on from.
 *
 * @param confusion number of images by true and predicted label
 * @param topHits number of images whose class is among the five most probable
 * @param lossSum sum of the images' cross-entropy in nats
 */
public record MetricsSums(long[][] confusion, long topHits, double lossSum) {}

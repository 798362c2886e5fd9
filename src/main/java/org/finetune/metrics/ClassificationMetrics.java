package org.finetune.metrics;

import java.util.List;
import java.util.Objects;

/**
 * How well a classifier does on labelled images.
 *
 * @param images number of images
 * @param loss mean cross-entropy in nats, without label smoothing
 * @param top1 share of images whose most probable class is right
 * @param top5 share of images whose class is among the five most probable
 * @param macroF1 mean F1 of the classes that have images
 * @param classes by label
 * @param confusion number of images by true and predicted label
 */
public record ClassificationMetrics(
        long images,
        double loss,
        double top1,
        double top5,
        double macroF1,
        List<ClassMetrics> classes,
        ConfusionMatrix confusion) {

    public ClassificationMetrics {
        classes = List.copyOf(classes);
        Objects.requireNonNull(confusion, "confusion");
    }

    /** Number of images whose most probable class is right. */
    public long hits() {
        return Math.round(top1 * images);
    }

    /** The interval around {@link #top1}. */
    public WilsonInterval interval() {
        return WilsonInterval.of(hits(), images);
    }
}

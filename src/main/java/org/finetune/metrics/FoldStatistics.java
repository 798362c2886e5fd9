package org.finetune.metrics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The metrics of cross-validation: of each fold those of a model that was trained on the other folds.
 *
 * @param folds the metrics of each fold, two or more
 */
public record FoldStatistics(List<ClassificationMetrics> folds) {
    private static final double HIGH_QUANTILE = 0.975;

    public FoldStatistics {
        folds = List.copyOf(folds);
        if (folds.size() < 2) {
            throw new IllegalArgumentException(folds.size() + " folds");
        }
    }

    /**
     * How a metric differs from fold to fold.
     *
     * @param mean its mean over the folds
     * @param deviation its standard deviation over the folds
     * @param low lower end of the 95% interval of the mean
     * @param high upper end
     */
    public record Spread(double mean, double deviation, double low, double high) {}

    /**
     * The spread of a metric. The interval is that of Student's t with Nadeau and Bengio's correction: the folds' models
     * share most of their training photos, so the variance of the mean is {@code 1/K + 1/(K-1)} times that of a fold instead
     * of {@code 1/K} times ("Inference for the Generalization Error", 2003).
     *
     * @param figure the metric of a fold
     * @param least the least value that it can have
     * @param most the largest
     */
    public Spread spread(ToDoubleFunction<ClassificationMetrics> figure, double least, double most) {
        int count = folds.size();
        double mean = folds.stream().mapToDouble(figure).average().orElseThrow();
        double squares = folds.stream()
                .mapToDouble(figure)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double deviation = Math.sqrt(squares / (count - 1));
        double half = new TDistribution(count - 1.0).inverseCumulativeProbability(HIGH_QUANTILE)
                * deviation
                * Math.sqrt(1.0 / count + 1.0 / (count - 1));
        return new Spread(mean, deviation, Math.max(least, mean - half), Math.min(most, mean + half));
    }

    /** The spread of the share of photos whose most probable class is right. */
    public Spread top1() {
        return spread(ClassificationMetrics::top1, 0, 1);
    }

    /** The spread of the share of photos whose class is among the five most probable. */
    public Spread top5() {
        return spread(ClassificationMetrics::top5, 0, 1);
    }

    /** The spread of the mean F1 of the classes. */
    public Spread macroF1() {
        return spread(ClassificationMetrics::macroF1, 0, 1);
    }

    /** The spread of the mean cross-entropy, in nats. */
    public Spread loss() {
        return spread(ClassificationMetrics::loss, 0, Double.POSITIVE_INFINITY);
    }
}

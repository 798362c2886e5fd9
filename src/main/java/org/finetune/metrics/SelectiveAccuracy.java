package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How often a classifier is right if it answers only where the probability of its most probable class reaches a threshold:
 * the curve of accuracy against the share answered (R. El-Yaniv and Y. Wiener, "On the Foundations of Noise-free Selective
 * Classification", 2010).
 *
 * @param points from the threshold 0, at which all photos are answered, to the highest that any photo reaches
 * @param images number of photos
 */
public record SelectiveAccuracy(List<Point> points, int images) {
    /** The accuracies for which thresholds are proposed. */
    public static final List<Double> PROPOSED = List.of(0.95, 0.99);

    /** Thresholds have four decimals, so that they can be typed. */
    private static final double STEPS = 10_000;

    /** Fewest answered photos by which a threshold is proposed. */
    private static final int MIN_ANSWERED = 50;

    /**
     * What a threshold comes to.
     *
     * @param threshold from 0 to 1; photos whose probability is at least this are answered
     * @param answered number of photos that are answered, at least 1
     * @param hits number of these that are right
     */
    public record Point(double threshold, int answered, int hits) {

        /** Share of the answered photos that are right. */
        public double accuracy() {
            return (double) hits / answered;
        }

        /** The 95% interval of the accuracy. */
        public WilsonInterval interval() {
            return WilsonInterval.of(hits, answered);
        }
    }

    public SelectiveAccuracy {
        points = List.copyOf(points);
    }

    /** The curve of some predictions; it has no points if there are none. */
    public static SelectiveAccuracy of(List<LabeledPrediction> predictions) {
        List<LabeledPrediction> byConfidence = predictions.stream()
                .sorted(Comparator.comparing(LabeledPrediction::confidence).reversed())
                .toList();
        List<Point> points = new ArrayList<>();
        int hits = 0;
        for (int i = 0; i < byConfidence.size(); i++) {
            hits += byConfidence.get(i).correct() ? 1 : 0;
            boolean last = i + 1 == byConfidence.size();
            double threshold = last ? 0 : threshold(byConfidence.get(i));
            if (last || threshold(byConfidence.get(i + 1)) < threshold) {
                points.add(0, new Point(threshold, i + 1, hits));
            }
        }
        return new SelectiveAccuracy(points, byConfidence.size());
    }

    /** The highest threshold that a photo reaches. */
    private static double threshold(LabeledPrediction prediction) {
        return Math.floor(prediction.confidence() * STEPS) / STEPS;
    }

    /**
     * The lowest threshold at which an accuracy is reached, with enough answered photos to support it: at least 50, and so
     * many that one error among them does not miss the accuracy (100 for 99%).
     *
     * @param accuracy from 0 to below 1
     */
    public Optional<Point> proposed(double accuracy) {
        int enough = enough(accuracy);
        return points.stream()
                .filter(point -> point.answered() >= enough && point.accuracy() >= accuracy)
                .findFirst();
    }

    /** Fewest answered photos by which a threshold for an accuracy is proposed. */
    public static int enough(double accuracy) {
        return Math.max(MIN_ANSWERED, (int) Math.round(1 / (1 - accuracy)));
    }

    /** Share of the photos that are answered at a point. */
    public double coverage(Point point) {
        return (double) point.answered() / images;
    }
}

package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far a photo is from those that a classifier was trained with, by the pooled features that the classifier's network
 * makes of it: the squared Mahalanobis distance of the features, scaled to unit length, from the mean of the nearest class
 * (K. Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial Attacks", 2018),
 * with a diagonal covariance that all classes share.
 */
public final class FeatureDistance {
    /** Share of the validation photos that may be beyond the limit. Most of them are photos that the classifier hesitates about. */
    private static final double BEYOND = 0.05;

    /** What is added to each variance, as a share of their mean: channels that are hardly ever active say little. */
    private static final double RIDGE = 0.01;

    private final List<float[]> means;
    private final float[] scales;
    private final double limit;

    /**
     * A distance that was learned before.
     *
     * @param means mean of the features of each class, one value for each channel
     * @param scales inverse of the variance of each channel within the classes
     * @param limit the distance beyond which a photo is unlike those of the training
     */
    public FeatureDistance(List<float[]> means, float[] scales, double limit) {
        this.means = List.copyOf(means);
        this.scales = scales.clone();
        this.limit = limit;
    }

    /** Number of classes. */
    public int classes() {
        return means.size();
    }

    /** Number of features of a photo. */
    public int channels() {
        return scales.length;
    }

    /** Mean of the features of each class; the arrays are not to be changed. */
    public List<float[]> means() {
        return means;
    }

    /** Inverse of the variance of each channel within the classes; not to be changed. */
    public float[] scales() {
        return scales;
    }

    /** The distance beyond which a photo is unlike those of the training. */
    public double limit() {
        return limit;
    }

    /** The distance of a photo with some features. */
    public double of(float[] features) {
        double[] unit = unit(features);
        double nearest = Double.POSITIVE_INFINITY;
        for (float[] mean : means) {
            double sum = 0;
            for (int channel = 0; channel < unit.length; channel++) {
                double difference = unit[channel] - mean[channel];
                sum += difference * difference * scales[channel];
            }
            nearest = Math.min(nearest, sum);
        }
        return nearest;
    }

    /** Whether a photo with some features is unlike those of the training. */
    public boolean isFar(float[] features) {
        return of(features) > limit;
    }

    /**
     * The same with the least limit beyond which at most one in twenty photos is.
     *
     * @param distances distances of photos that are of the classes, but were not trained with, at least one
     */
    public FeatureDistance withLimit(double[] distances) {
        double[] sorted = distances.clone();
        Arrays.sort(sorted);
        return new FeatureDistance(means, scales, sorted[sorted.length - 1 - (int) (BEYOND * sorted.length)]);
    }

    /** Features scaled to unit length; zeros stay zeros. */
    private static double[] unit(float[] features) {
        double squares = 0;
        for (float feature : features) {
            squares += (double) feature * feature;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        double[] unit = new double[features.length];
        for (int channel = 0; channel < unit.length; channel++) {
            unit[channel] = features[channel] / length;
        }
        return unit;
    }

    /** Learns a distance from training photos, one after the other. */
    public static final class Learner {
        private final List<double[]> sums = new ArrayList<>();
        private final long[] counts;
        private double[] squares;

        /** Begins without photos. */
        public Learner(int classes) {
            this.counts = new long[classes];
        }

        /**
         * Adds a photo.
         *
         * @param label its class
         * @param features its features
         */
        public void add(int label, float[] features) {
            double[] unit = unit(features);
            if (squares == null) {
                squares = new double[unit.length];
                Arrays.stream(counts).forEach(count -> sums.add(new double[unit.length]));
            }
            counts[label]++;
            double[] sum = sums.get(label);
            for (int channel = 0; channel < unit.length; channel++) {
                sum[channel] += unit[channel];
                squares[channel] += unit[channel] * unit[channel];
            }
        }

        /**
         * The distance from the photos, without a limit.
         *
         * @throws IllegalStateException if a class has no photo
         */
        public FeatureDistance distance() {
            double[] within = squares.clone();
            List<float[]> means = new ArrayList<>();
            for (int label = 0; label < counts.length; label++) {
                if (counts[label] == 0) {
                    throw new IllegalStateException("No photo of the class " + label);
                }
                float[] mean = new float[within.length];
                double[] sum = sums.get(label);
                for (int channel = 0; channel < within.length; channel++) {
                    mean[channel] = (float) (sum[channel] / counts[label]);
                    within[channel] -= sum[channel] * sum[channel] / counts[label];
                }
                means.add(mean);
            }
            return new FeatureDistance(means, scales(within), Double.POSITIVE_INFINITY);
        }

        private float[] scales(double[] within) {
            long freedom = Math.max(1, Arrays.stream(counts).sum() - counts.length);
            double mean = Math.max(0, Arrays.stream(within).average().orElseThrow()) / freedom;
            float[] scales = new float[within.length];
            for (int channel = 0; channel < scales.length; channel++) {
                double variance = Math.max(0, within[channel]) / freedom + RIDGE * mean;
                // Where all photos of each class are the same, nothing is known of how they may differ.
                scales[channel] = variance > 0 ? (float) (1 / variance) : 1;
            }
            return scales;
        }
    }
}

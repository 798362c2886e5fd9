package org.finetune.train.head;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * A number by which logits are divided, so that probabilities are neither too high nor too low (Guo and others, "On
 * Calibration of Modern Neural Networks", 2017). The class named first stays the same.
 *
 * @param temperature above 1 if the probabilities were too extreme; 1 if there were too few photos to tell
 * @param before mean log-loss of the photos without it, in nats
 * @param after the same with it
 */
public record TemperatureScaling(double temperature, double before, double after) {
    /** With fewer photos the temperature stays 1: its error would be of the size of what it repairs. */
    public static final int LEAST_PHOTOS = 50;

    private static final double LOWEST = 0.05;
    private static final double HIGHEST = 20;
    private static final double ACCURACY = 1e-10;
    private static final int MOST_EVALUATIONS = 200;

    /**
     * The temperature of least log-loss, between 0.05 and 20. The log-loss is convex in {@code 1 / temperature}, so that it
     * is where the derivative is 0.
     *
     * @param probabilities of each photo, by class; those below the smallest float count as that
     * @param labels the true class of each
     */
    public static TemperatureScaling fit(List<float[]> probabilities, int[] labels) {
        double before = logLoss(probabilities, labels, 1);
        if (labels.length < LEAST_PHOTOS) {
            return new TemperatureScaling(1, before, before);
        }
        double temperature = 1 / steepness(inverse -> slope(probabilities, labels, inverse));
        return new TemperatureScaling(temperature, before, logLoss(probabilities, labels, 1 / temperature));
    }

    /**
     * No scaling.
     *
     * @param loss mean log-loss of the photos
     */
    public static TemperatureScaling none(double loss) {
        return new TemperatureScaling(1, loss, loss);
    }

    private static double steepness(UnivariateFunction slope) {
        if (slope.value(1 / HIGHEST) >= 0) {
            return 1 / HIGHEST;
        }
        if (slope.value(1 / LOWEST) <= 0) {
            return 1 / LOWEST;
        }
        return new BrentSolver(ACCURACY).solve(MOST_EVALUATIONS, slope, 1 / HIGHEST, 1 / LOWEST);
    }

    /** The logits, up to a summand that all classes have in common. Of thousands of photos and classes they are not kept. */
    private static double[] logs(float[] probabilities) {
        double[] logs = new double[probabilities.length];
        for (int c = 0; c < logs.length; c++) {
            logs[c] = Math.log(Math.max(probabilities[c], Float.MIN_VALUE));
        }
        return logs;
    }

    private static double logLoss(List<float[]> probabilities, int[] labels, double inverse) {
        double sum = 0;
        for (int photo = 0; photo < labels.length; photo++) {
            double[] logits = logs(probabilities.get(photo));
            double largest = Double.NEGATIVE_INFINITY;
            for (double logit : logits) {
                largest = Math.max(largest, inverse * logit);
            }
            double total = 0;
            for (double logit : logits) {
                total += Math.exp(inverse * logit - largest);
            }
            sum += largest + Math.log(total) - inverse * logits[labels[photo]];
        }
        return labels.length == 0 ? 0 : sum / labels.length;
    }

    /** The derivative of the sum of log-losses by the inverse temperature: the expected logits minus the true ones. */
    private static double slope(List<float[]> probabilities, int[] labels, double inverse) {
        double sum = 0;
        for (int photo = 0; photo < labels.length; photo++) {
            double[] logits = logs(probabilities.get(photo));
            double largest = Double.NEGATIVE_INFINITY;
            for (double logit : logits) {
                largest = Math.max(largest, logit);
            }
            double total = 0;
            double weighted = 0;
            for (double logit : logits) {
                double weight = Math.exp(inverse * (logit - largest));
                total += weight;
                weighted += weight * logit;
            }
            sum += weighted / total - logits[labels[photo]];
        }
        return sum;
    }

    /**
     * What becomes of a photo's probabilities.
     *
     * @param probabilities by class; those below the smallest float count as that
     */
    public float[] scale(float[] probabilities) {
        double[] logits = logs(probabilities);
        double largest = Arrays.stream(logits).max().orElse(0);
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            logits[c] = Math.exp((logits[c] - largest) / temperature);
            sum += logits[c];
        }
        float[] scaled = new float[logits.length];
        for (int c = 0; c < scaled.length; c++) {
            scaled[c] = (float) (logits[c] / sum);
        }
        return scaled;
    }

    /**
     * A kernel or a bias with the temperature in it.
     *
     * @param parameters of the softmax layer
     */
    public float[] fold(float[] parameters) {
        float[] folded = new float[parameters.length];
        for (int i = 0; i < folded.length; i++) {
            folded[i] = (float) (parameters[i] / temperature);
        }
        return folded;
    }
}

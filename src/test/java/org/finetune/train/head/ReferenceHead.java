package org.finetune.train.head;

import java.util.Arrays;
import java.util.List;

/** The same objective in plain loops in float64, minimized by gradient descent with a fixed step. */
final class ReferenceHead {
    private final double[][] z;
    private final int[] labels;
    private final int classes;
    private final double smoothing;
    private final List<Double> weights;

    /** Of rows that are standardized with the mean and deviation of others. */
    ReferenceHead(ArrayRows rows, ArrayRows all, int classes, double smoothing, List<Double> weights) {
        this.z = standardized(rows.values(), all.values());
        this.labels = rows.labels();
        this.classes = classes;
        this.smoothing = smoothing;
        this.weights = weights;
    }

    static double[] mean(float[][] x) {
        double[] mean = new double[x[0].length];
        Arrays.setAll(
                mean, f -> Arrays.stream(x).mapToDouble(row -> row[f]).average().orElseThrow());
        return mean;
    }

    static double[] scale(float[][] x) {
        double[] mean = mean(x);
        double[] scale = new double[mean.length];
        Arrays.setAll(
                scale,
                f -> 1e-3
                        + Math.sqrt(Arrays.stream(x)
                                .mapToDouble(row -> Math.pow(row[f] - mean[f], 2))
                                .average()
                                .orElseThrow()));
        return scale;
    }

    private static double[][] standardized(float[][] rows, float[][] all) {
        double[] mean = mean(all);
        double[] scale = scale(all);
        double[][] z = new double[rows.length][mean.length];
        for (int row = 0; row < rows.length; row++) {
            for (int f = 0; f < mean.length; f++) {
                z[row][f] = (rows[row][f] - mean[f]) / scale[f];
            }
        }
        return z;
    }

    private double[] probabilities(double[] z, double[] parameters) {
        double[] p = new double[classes];
        for (int c = 0; c < classes; c++) {
            double logit = parameters[z.length * classes + c];
            for (int f = 0; f < z.length; f++) {
                logit += z[f] * parameters[f * classes + c];
            }
            p[c] = Math.exp(logit);
        }
        double sum = Arrays.stream(p).sum();
        Arrays.setAll(p, c -> p[c] / sum);
        return p;
    }

    private double target(int row, int c) {
        return (labels[row] == c ? 1 - smoothing : 0) + smoothing / classes;
    }

    private double weight(int row) {
        return weights.isEmpty() ? 1 : weights.get(labels[row]);
    }

    double objective(double[] parameters, double lambda) {
        double sum = 0;
        for (int row = 0; row < z.length; row++) {
            double[] p = probabilities(z[row], parameters);
            for (int c = 0; c < classes; c++) {
                sum -= weight(row) * target(row, c) * Math.log(p[c]);
            }
        }
        double squares = 0;
        for (int i = 0; i < z[0].length * classes; i++) {
            squares += parameters[i] * parameters[i];
        }
        return sum / z.length + lambda / 2 * squares;
    }

    double[] gradient(double[] parameters, double lambda) {
        int features = z[0].length;
        double[] gradient = new double[parameters.length];
        for (int row = 0; row < z.length; row++) {
            double[] p = probabilities(z[row], parameters);
            for (int c = 0; c < classes; c++) {
                double error = weight(row) * (p[c] - target(row, c)) / z.length;
                for (int f = 0; f < features; f++) {
                    gradient[f * classes + c] += z[row][f] * error;
                }
                gradient[features * classes + c] += error;
            }
        }
        for (int i = 0; i < features * classes; i++) {
            gradient[i] += lambda * parameters[i];
        }
        return gradient;
    }

    /** The parameters at which no component of the gradient is above a tolerance. */
    double[] solve(double lambda, double tolerance) {
        double[] parameters = new double[(z[0].length + 1) * classes];
        double largestWeight =
                weights.stream().mapToDouble(weight -> weight).max().orElse(1);
        double squares = 1
                + Arrays.stream(z)
                        .mapToDouble(row ->
                                Arrays.stream(row).map(value -> value * value).sum())
                        .max()
                        .orElseThrow();
        double step = 2 / (largestWeight * squares + lambda);
        double[] gradient = gradient(parameters, lambda);
        while (Arrays.stream(gradient).map(Math::abs).max().orElseThrow() > tolerance) {
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] -= step * gradient[i];
            }
            gradient = gradient(parameters, lambda);
        }
        return parameters;
    }
}

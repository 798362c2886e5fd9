package org.finetune.train.head;

import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Standardized features, {@code z = (x - mean) / (deviation + 0.001)}, in which a penalty means the same for each.
 *
 * @param mean of each feature
 * @param scale standard deviation of each feature, plus 0.001 for those that hardly vary
 */
record Standardization(double[] mean, double[] scale) {
    private static final double LEAST_SCALE = 1e-3;

    /** Mean and standard deviation over all rows, in two passes with sums in float64. */
    static Standardization of(FeatureRows rows) {
        double[] mean = moment(rows, new double[rows.features()], 1);
        double[] variance = moment(rows, mean, 2);
        double[] scale = new double[rows.features()];
        for (int f = 0; f < scale.length; f++) {
            scale[f] = Math.sqrt(variance[f]) + LEAST_SCALE;
        }
        return new Standardization(mean, scale);
    }

    /** The mean of {@code (x - center)^power} of each feature, for a power of 1 or 2. */
    private static double[] moment(FeatureRows rows, double[] center, int power) {
        double[] sums = new double[rows.features()];
        rows.forEach((values, offset) -> {
            for (int f = 0; f < sums.length; f++) {
                double difference = values[offset + f] - center[f];
                sums[f] += power == 1 ? difference : difference * difference;
            }
        });
        for (int f = 0; f < sums.length; f++) {
            sums[f] /= rows.count();
        }
        return sums;
    }

    /**
     * Reads rows and standardizes them. Threads may do so at the same time: they take turns in reading.
     *
     * @param batch {@code [rows,features]} or more rows, of which the rest becomes 0
     */
    void read(FeatureRows rows, int[] numbers, INDArray batch) {
        synchronized (rows) {
            rows.read(numbers, batch);
        }
        float[] values = new float[Math.toIntExact(batch.length())];
        HostMemory.read(batch, values, 0, numbers.length * mean.length);
        for (int row = 0; row < numbers.length; row++) {
            for (int f = 0; f < mean.length; f++) {
                int i = row * mean.length + f;
                values[i] = (float) ((values[i] - mean[f]) / scale[f]);
            }
        }
        HostMemory.write(batch, values);
    }

    /**
     * A layer for features as they are, from one for standardized features.
     *
     * @param parameters kernel, then bias
     * @param objective its mean cross-entropy and penalty, in nats
     * @param converged whether the solver came to its end
     */
    SolvedHead fold(double[] parameters, int classes, double lambda, double objective, boolean converged) {
        float[] kernel = new float[mean.length * classes];
        double[] bias = new double[classes];
        System.arraycopy(parameters, kernel.length, bias, 0, classes);
        for (int f = 0; f < mean.length; f++) {
            for (int c = 0; c < classes; c++) {
                double folded = parameters[f * classes + c] / scale[f];
                kernel[f * classes + c] = (float) folded;
                bias[c] -= mean[f] * folded;
            }
        }
        float[] rounded = new float[classes];
        for (int c = 0; c < classes; c++) {
            rounded[c] = (float) bias[c];
        }
        double penalty = Penalty.add(parameters, kernel.length, lambda, new double[kernel.length]);
        return new SolvedHead(kernel, rounded, lambda, objective - penalty, converged);
    }
}

package org.finetune.train.head;

import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standardized features, {@code z = (x - mean) / (deviation + 0.001)}, in which a penalty means the same for each.
 *
 * @param mean of each feature
 * @param scale standard deviation of each feature, plus 0.001 for those that hardly vary
 */
record Standardization(double[] mean, double[] scale) {
    private static final double LEAST_SCALE = 1e-3;
    private static final int BATCH = 256;

    /** Mean and standard deviation over all rows, in two passes with sums in float64. */
    static Standardization of(FeatureRows rows) {
        int features = rows.features();
        double[] mean = new double[features];
        addUp(rows, mean, new double[features], 1);
        double[] variance = new double[features];
        addUp(rows, variance, mean, 2);
        double[] scale = new double[features];
        for (int f = 0; f < features; f++) {
            scale[f] = Math.sqrt(variance[f]) + LEAST_SCALE;
        }
        return new Standardization(mean, scale);
    }

    /** The mean of {@code (x - center)^power} of each feature, for a power of 1 or 2. */
    private static void addUp(FeatureRows rows, double[] sums, double[] center, int power) {
        int features = sums.length;
        float[] values = new float[BATCH * features];
        try (INDArray batch = Nd4j.create(DataType.FLOAT, new long[] {BATCH, features}, 'c')) {
            for (int from = 0; from < rows.count(); from += BATCH) {
                int[] range = IntStream.range(from, Math.min(from + BATCH, rows.count()))
                        .toArray();
                rows.read(range, batch);
                HostMemory.read(batch, values);
                for (int row = 0; row < range.length; row++) {
                    for (int f = 0; f < features; f++) {
                        double difference = values[row * features + f] - center[f];
                        sums[f] += power == 1 ? difference : difference * difference;
                    }
                }
            }
        }
        for (int f = 0; f < features; f++) {
            sums[f] /= rows.count();
        }
    }

    /**
     * Reads rows and standardizes them.
     *
     * @param batch {@code [rows,features]} or more rows, of which the rest becomes 0
     */
    void read(FeatureRows rows, int[] numbers, INDArray batch) {
        rows.read(numbers, batch);
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

    /** A layer for features as they are, from one for standardized features. */
    SolvedHead fold(double[] parameters, int classes, double lambda, double objective, int passes) {
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
        return new SolvedHead(kernel, rounded, lambda, objective, objective - penalty, passes);
    }
}

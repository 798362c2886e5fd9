package org.finetune.train.head;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows from Java arrays. */
record ArrayRows(float[][] values, int[] labels, int[] groups) implements FeatureRows {

    /**
     * Classes that overlap: a row is its class's center plus noise. The features differ in mean and scale, and one is
     * constant. Each photo has two views, which are alike.
     */
    static ArrayRows random(int photos, int features, int classes, long seed) {
        Random random = new Random(seed);
        double[][] centers = new double[classes][features];
        Arrays.stream(centers).forEach(center -> Arrays.setAll(center, f -> random.nextGaussian()));
        float[][] values = new float[2 * photos][features];
        int[] labels = new int[2 * photos];
        int[] groups = new int[2 * photos];
        for (int row = 0; row < values.length; row++) {
            int photo = row / 2;
            labels[row] = photo % classes;
            groups[row] = photo;
            for (int f = 0; f < features; f++) {
                double noise = row % 2 == 0
                        ? 1.5 * random.nextGaussian()
                        : (values[row - 1][f] - 3 - f) / (1.0 + f)
                                - centers[labels[row]][f]
                                + 0.2 * random.nextGaussian();
                values[row][f] = f == 0 ? 2 : (float) (3 + f + (1.0 + f) * (centers[labels[row]][f] + noise));
            }
        }
        return new ArrayRows(values, labels, groups);
    }

    /** The same rows in another order. */
    ArrayRows inOrder(List<Integer> order) {
        return new ArrayRows(
                order.stream().map(row -> values[row]).toArray(float[][]::new),
                order.stream().mapToInt(row -> labels[row]).toArray(),
                order.stream().mapToInt(row -> groups[row]).toArray());
    }

    /** Some of the rows. */
    ArrayRows where(boolean[] wanted) {
        return inOrder(IntStream.range(0, labels.length)
                .filter(row -> wanted[row])
                .boxed()
                .toList());
    }

    @Override
    public int count() {
        return labels.length;
    }

    @Override
    public int features() {
        return values[0].length;
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    @Override
    public int group(int row) {
        return groups[row];
    }

    @Override
    public void read(int[] rows, INDArray batch) {
        for (int i = 0; i < rows.length; i++) {
            HostMemory.write(batch, (long) i * features(), values[rows[i]], 0, features());
        }
    }
}

package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class MeanCrossEntropyTest {
    private static final int FEATURES = 7;
    private static final int CLASSES = 3;
    private static final long ALL = Long.MAX_VALUE / 2;

    /** 500 rows: more than one block in each fold, and the last ones are not full. */
    private final ArrayRows rows = ArrayRows.random(250, FEATURES, CLASSES, 1);

    private final double[] parameters =
            new Random(2).doubles((FEATURES + 1) * CLASSES, -0.5, 0.5).toArray();

    /** Value, then gradient. */
    private double[] evaluate(double smoothing, List<Double> weights, int threads, long memory) {
        return evaluate(rows, smoothing, weights, threads, memory);
    }

    private double[] evaluate(FeatureRows rows, double smoothing, List<Double> weights, int threads, long memory) {
        int[] folds = new int[rows.count()];
        for (int row = 0; row < folds.length; row++) {
            folds[row] = row % 5 == 0 ? 1 : 0;
        }
        double[] gradient = new double[parameters.length];
        try (FeatureBlocks blocks = new FeatureBlocks(rows, Standardization.of(rows), folds, memory);
                MeanCrossEntropy mean = new MeanCrossEntropy(blocks, CLASSES, threads)) {
            double value = mean.of(blocks.all(), new CrossEntropy(CLASSES, smoothing, weights), parameters, gradient);
            double[] both = new double[1 + gradient.length];
            both[0] = value;
            System.arraycopy(gradient, 0, both, 1, gradient.length);
            return both;
        }
    }

    @Test
    void valueAndGradientAreThoseOfPlainLoops() {
        for (double smoothing : new double[] {0, 0.1}) {
            for (List<Double> weights : List.of(List.<Double>of(), List.of(0.25, 3.0, 1.5))) {
                ReferenceHead reference = new ReferenceHead(rows, rows, CLASSES, smoothing, weights);
                double[] both = evaluate(smoothing, weights, 2, ALL);
                assertEquals(reference.objective(parameters, 0), both[0], 1e-6);
                double[] gradient = reference.gradient(parameters, 0);
                for (int i = 0; i < gradient.length; i++) {
                    assertEquals(gradient[i], both[1 + i], 1e-6);
                }
            }
        }
    }

    @Test
    void numberOfThreadsAndWhatIsKeptInMemoryChangeNoBit() {
        double[] expected = evaluate(0.1, List.of(), 1, ALL);
        assertArrayEquals(expected, evaluate(0.1, List.of(), 2, ALL));
        assertArrayEquals(expected, evaluate(0.1, List.of(), 5, ALL));
        assertArrayEquals(expected, evaluate(0.1, List.of(), 3, 0));
        assertArrayEquals(expected, evaluate(0.1, List.of(), 2, 2L * FeatureBlocks.ROWS * FEATURES * Float.BYTES));
    }

    /** Rows that take a moment to read, and fail if two threads read at the same time. */
    private record SlowRows(FeatureRows rows, AtomicInteger readers) implements FeatureRows {

        @Override
        public int count() {
            return rows.count();
        }

        @Override
        public int features() {
            return rows.features();
        }

        @Override
        public int label(int row) {
            return rows.label(row);
        }

        @Override
        public int group(int row) {
            return rows.group(row);
        }

        @Override
        public void read(int[] numbers, INDArray batch) {
            assertEquals(1, readers.incrementAndGet());
            LockSupport.parkNanos(1_000_000);
            rows.read(numbers, batch);
            readers.decrementAndGet();
        }
    }

    @Test
    void threadsTakeTurnsInReadingRowsAndChangeNoBit() {
        double[] expected = evaluate(0.1, List.of(), 1, ALL);
        assertArrayEquals(expected, evaluate(new SlowRows(rows, new AtomicInteger()), 0.1, List.of(), 4, 0));
    }
}

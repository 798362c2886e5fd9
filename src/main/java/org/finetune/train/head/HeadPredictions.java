package org.finetune.train.head;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What solved heads say about rows of features. */
public final class HeadPredictions {
    private static final int BATCH = 256;

    private HeadPredictions() {}

    /** The probabilities of each row, by class; summed in float64, so that they are the same on any number of threads. */
    public static List<float[]> of(SolvedHead head, FeatureRows rows) {
        int features = rows.features();
        List<float[]> predictions = new ArrayList<>();
        float[] values = new float[BATCH * features];
        try (INDArray batch = Nd4j.create(DataType.FLOAT, new long[] {BATCH, features}, 'c')) {
            for (int from = 0; from < rows.count(); from += BATCH) {
                int[] range = IntStream.range(from, Math.min(from + BATCH, rows.count()))
                        .toArray();
                rows.read(range, batch);
                HostMemory.read(batch, values);
                for (int row = 0; row < range.length; row++) {
                    predictions.add(softmax(logits(head, values, row * features, features)));
                }
            }
        }
        return predictions;
    }

    private static double[] logits(SolvedHead head, float[] values, int offset, int features) {
        int classes = head.bias().length;
        double[] logits = new double[classes];
        for (int c = 0; c < classes; c++) {
            logits[c] = head.bias()[c];
        }
        for (int f = 0; f < features; f++) {
            double value = values[offset + f];
            for (int c = 0; c < classes; c++) {
                logits[c] += value * head.kernel()[f * classes + c];
            }
        }
        return logits;
    }

    private static float[] softmax(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            logits[c] = Math.exp(logits[c] - largest);
            sum += logits[c];
        }
        float[] probabilities = new float[logits.length];
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] = (float) (logits[c] / sum);
        }
        return probabilities;
    }
}

package org.finetune.train.head;

import java.util.ArrayList;
import java.util.List;

/** What solved heads say about rows of features. */
public final class HeadPredictions {
    private HeadPredictions() {}

    /** The probabilities of each row, by class; summed in float64, so that they are the same on any number of threads. */
    public static List<float[]> of(SolvedHead head, FeatureRows rows) {
        List<float[]> predictions = new ArrayList<>();
        rows.forEach((values, offset) -> predictions.add(softmax(logits(head, values, offset, rows.features()))));
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

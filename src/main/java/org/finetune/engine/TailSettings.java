package org.finetune.engine;

import java.util.Arrays;
import java.util.List;

/**
 * How a tail is trained.
 *
 * @param batchSize most examples of one step
 * @param learningRate Adam learning rate of the first step
 * @param dropout share of features dropped before the softmax layer, in [0, 1)
 * @param labelSmoothing share of each target spread evenly over all classes, in [0, 1)
 * @param classWeights by what the loss of an example of each class is multiplied; empty where all count the same
 */
public record TailSettings(
        int batchSize, double learningRate, double dropout, double labelSmoothing, List<Double> classWeights) {

    public TailSettings {
        classWeights = List.copyOf(classWeights);
    }

    /** Settings with which all examples count the same. */
    public TailSettings(int batchSize, double learningRate, double dropout, double labelSmoothing) {
        this(batchSize, learningRate, dropout, labelSmoothing, List.of());
    }

    /** Whether some examples count more than others. */
    public boolean isWeighted() {
        return !classWeights.isEmpty();
    }

    /** The weight of each example. */
    public float[] weights(int[] labels) {
        float[] weights = new float[labels.length];
        Arrays.fill(weights, 1);
        for (int row = 0; isWeighted() && row < labels.length; row++) {
            weights[row] = classWeights.get(labels[row]).floatValue();
        }
        return weights;
    }
}

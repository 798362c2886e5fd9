package org.finetune.train.head;

import java.util.List;

/**
 * Weighted cross-entropy of softmax with smoothed labels, in float64.
 *
 * @param classes number of classes
 * @param labelSmoothing share of each target spread evenly over all classes, in [0, 1)
 * @param classWeights by what the cross-entropy of each class is multiplied; empty where all count the same
 */
record CrossEntropy(int classes, double labelSmoothing, List<Double> classWeights) {

    /**
     * The cross-entropy of one row, in nats; finite if the logits are.
     *
     * @param logits of the row
     * @param errors its derivatives by the logits, to be written: {@code weight * (probability - target)}
     */
    double of(double[] logits, int label, double[] errors) {
        double largest = Double.NEGATIVE_INFINITY;
        double total = 0;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
            total += logit;
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            errors[c] = Math.exp(logits[c] - largest);
            sum += errors[c];
        }
        double weight = classWeights.isEmpty() ? 1 : classWeights.get(label);
        for (int c = 0; c < classes; c++) {
            errors[c] = weight * (errors[c] / sum - labelSmoothing / classes);
        }
        errors[label] -= weight * (1 - labelSmoothing);
        double target = (1 - labelSmoothing) * logits[label] + labelSmoothing / classes * total;
        return weight * (largest + Math.log(sum) - target);
    }
}

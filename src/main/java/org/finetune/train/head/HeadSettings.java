package org.finetune.train.head;

import java.util.List;

/**
 * How a head is solved.
 *
 * @param classes number of classes
 * @param labelSmoothing share of each target spread evenly over all classes, in [0, 1)
 * @param classWeights by what the cross-entropy of a row of each class is multiplied; empty where all count the same
 * @param seed decides how groups are divided among folds, and the order of minibatches
 * @param threads number of threads, at least 1
 * @param memory bytes of standardized features that may be kept; others are read anew in every pass
 */
public record HeadSettings(
        int classes, double labelSmoothing, List<Double> classWeights, long seed, int threads, long memory) {

    public HeadSettings {
        classWeights = List.copyOf(classWeights);
        boolean right = classes > 0
                && threads > 0
                && labelSmoothing >= 0
                && labelSmoothing < 1
                && (classWeights.isEmpty() || classWeights.size() == classes);
        if (!right) {
            throw new IllegalArgumentException("Classes, threads, smoothing or weights do not fit: " + classes + ", "
                    + threads + ", " + labelSmoothing + ", " + classWeights);
        }
    }

    /** The loss that is minimized. */
    CrossEntropy loss() {
        return new CrossEntropy(classes, labelSmoothing, classWeights);
    }
}

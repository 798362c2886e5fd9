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
 * @param known classes whose parameters are not solved
 */
public record HeadSettings(
        int classes,
        double labelSmoothing,
        List<Double> classWeights,
        long seed,
        int threads,
        long memory,
        KnownClasses known) {

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

    /** How a head is solved of which nothing is known. */
    public HeadSettings(
            int classes, double labelSmoothing, List<Double> classWeights, long seed, int threads, long memory) {
        this(classes, labelSmoothing, classWeights, seed, threads, memory, KnownClasses.NONE);
    }

    /** Whether nothing is to be solved. */
    public boolean allKnown() {
        return known.labels().size() == classes;
    }

    /** The loss that is minimized. */
    CrossEntropy loss() {
        return new CrossEntropy(classes, labelSmoothing, classWeights);
    }
}

package org.finetune.train;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;

/** By what the loss of the examples of each class is multiplied, so that rare classes are not neglected. */
final class ClassWeights {
    private ClassWeights() {}

    /**
     * Weights with which every class counts the same in all: {@code examples / (classes * examples of the class)}, as
     * {@code class_weight="balanced"} in scikit-learn. Their mean over the examples is 1.
     *
     * @param labels class of each example; every class must occur
     */
    static List<Double> balanced(Collection<Integer> labels, int classes) {
        long[] counts = new long[classes];
        labels.forEach(label -> counts[label]++);
        if (Arrays.stream(counts).anyMatch(count -> count == 0)) {
            throw new IllegalArgumentException("Classes without examples: " + Arrays.toString(counts));
        }
        return LongStream.of(counts)
                .mapToObj(count -> labels.size() / (double) (classes * count))
                .toList();
    }
}

package org.finetune.train.head;

import java.util.Set;
import java.util.stream.IntStream;

/**
 * Classes of a head whose parameters are known, and stay as they are while those of the others are solved.
 *
 * @param labels the classes
 * @param kernel {@code [features,classes]} in row-major order, for features as they are; only the columns of these classes count
 * @param bias by class; likewise
 */
public record KnownClasses(Set<Integer> labels, float[] kernel, float[] bias) {
    /** Nothing is known. */
    public static final KnownClasses NONE = new KnownClasses(Set.of(), new float[0], new float[0]);

    public KnownClasses {
        labels = Set.copyOf(labels);
    }

    /**
     * What is left to be solved of a head for standardized features.
     *
     * @param classes number of all classes
     */
    FreeParameters free(Standardization standardization, int classes) {
        int features = standardization.mean().length;
        double[] fixed = new double[(features + 1) * classes];
        for (int label : labels) {
            double standardized = bias[label];
            for (int f = 0; f < features; f++) {
                int i = f * classes + label;
                fixed[i] = kernel[i] * standardization.scale()[f];
                standardized += kernel[i] * standardization.mean()[f];
            }
            fixed[features * classes + label] = standardized;
        }
        int[] places = IntStream.range(0, fixed.length)
                .filter(i -> !labels.contains(i % classes))
                .toArray();
        return new FreeParameters(fixed, places);
    }

    /** A solved head with the parameters of these classes to the last bit, of which rounding may have changed some. */
    SolvedHead in(SolvedHead solved) {
        int classes = solved.bias().length;
        float[] kept = solved.kernel().clone();
        float[] keptBias = solved.bias().clone();
        for (int label : labels) {
            for (int i = label; i < kept.length; i += classes) {
                kept[i] = kernel[i];
            }
            keptBias[label] = bias[label];
        }
        return new SolvedHead(kept, keptBias, solved.lambda(), solved.loss(), solved.converged());
    }
}

package org.finetune.engine;

import java.util.Arrays;

/** Target distributions for cross-entropy. */
public final class Targets {
    private Targets() {}

    /**
     * One row for each label: {@code 1-smoothing} on the label's class, and {@code smoothing} spread evenly over all
     * classes (Szegedy et al., 2016); all of it times the weight of the label's class.
     *
     * @return {@code [labels,classes]} in row-major order
     */
    public static float[] of(int[] labels, int classes, TailSettings settings) {
        float[] targets = new float[labels.length * classes];
        float[] weights = settings.weights(labels);
        double smoothing = settings.labelSmoothing();
        for (int row = 0; row < labels.length; row++) {
            int start = row * classes;
            Arrays.fill(targets, start, start + classes, weights[row] * (float) (smoothing / classes));
            targets[start + labels[row]] = weights[row] * (float) (1 - smoothing + smoothing / classes);
        }
        return targets;
    }
}

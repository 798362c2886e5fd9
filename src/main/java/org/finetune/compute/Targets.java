package org.finetune.compute;

import java.util.Arrays;

/** Target distributions for cross-entropy. */
public final class Targets {
    private Targets() {}

    /**
     * One row for each label: {@code 1-smoothing} on the label's class, and {@code smoothing} spread evenly over all
     * classes (Szegedy et al., 2016).
     *
     * @return {@code [labels,classes]} in row-major order
     */
    public static float[] smoothed(int[] labels, int classes, double smoothing) {
        float[] targets = new float[labels.length * classes];
        Arrays.fill(targets, (float) (smoothing / classes));
        for (int row = 0; row < labels.length; row++) {
            targets[row * classes + labels[row]] = (float) (1 - smoothing + smoothing / classes);
        }
        return targets;
    }
}

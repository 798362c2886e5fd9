package org.finetune.metrics;

/** The place of the largest value. */
public final class Argmax {
    private Argmax() {}

    /** The index of the largest of one or more values; of several that are equally large the first. */
    public static int of(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}

package org.finetune.model;

import java.util.SplittableRandom;

/** The initial parameters of a new head, as Keras's Dense layer has them. */
public final class HeadInitializer {
    private HeadInitializer() {}

    /**
     * Kernel uniform in {@code [-l, l)} with {@code l = sqrt(6 / (features + classes))} (Glorot and Bengio, 2010), bias
     * zero. The same seed gives the same head on every machine.
     */
    public static Weights glorotUniform(Architecture architecture, int classes, long seed) {
        int features = architecture.features();
        double limit = Math.sqrt(6.0 / (features + classes));
        SplittableRandom random = new SplittableRandom(seed);
        float[] kernel = new float[features * classes];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) ((2 * random.nextDouble() - 1) * limit);
        }
        Weights head = new Weights();
        head.put(Architecture.PREDICTIONS, "kernel", new Tensor(kernel, new long[] {features, classes}));
        head.put(Architecture.PREDICTIONS, "bias", new Tensor(new float[classes], new long[] {classes}));
        return head;
    }
}

package org.finetune.compute;

import org.nd4j.linalg.factory.Nd4j;

/** Batch sizes for the frozen part, which need not be those of training. */
public final class BatchSizes {
    private static final int MAX = 64;
    private static final int MIN = 4;
    /** Pixels of a batch beyond which more images only take more memory. */
    private static final int PIXELS = 32 * 224 * 224;
    /** Images for each thread below which its operations are too short. */
    private static final int FOR_EACH_THREAD = 8;

    private BatchSizes() {}

    /**
     * The number of images with which the frozen part runs fastest.
     *
     * @param size height and width of the input in pixels
     * @param images number of images there are to run
     */
    public static int frozen(int size, long images) {
        long best = Math.max(MIN, Math.min(MAX, PIXELS / ((long) size * size)));
        if (Backend.isCpu(Nd4j.getBackend())) {
            best = Math.max(best, (long) FOR_EACH_THREAD * Backend.threads());
        }
        return (int) Math.max(1, Math.min(best, images));
    }
}

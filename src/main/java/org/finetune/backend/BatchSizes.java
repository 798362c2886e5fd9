package org.finetune.backend;

/** Batch sizes for the frozen part, which need not be those of training. */
public final class BatchSizes {
    private static final int MIN = 4;
    private static final int MAX = 64;
    /** Pixels of a batch beyond which more images only take more memory. */
    private static final long PIXELS = 32L * 224 * 224;
    /** Threads that such batches keep busy; more want larger ones. */
    private static final int THREADS = 4;
    /**
     * A multiple of this for each thread makes the rows of matrix products of small images a multiple of the 6 rows that their kernels
     * take at a time. What is left over is computed in another order of sums, and an image's last bits would depend on its place.
     */
    private static final int ROUND = 12;

    /** Four times the pixels that the kernels for GPUs take at a time, so that most are copied while others are computed. */
    private static final long PIXELS_ON_GPU = 256L * 224 * 224;

    private BatchSizes() {}

    /**
     * The number of images of the parts into which a batch is divided, one for each thread of ND4J; all of them where they cannot be
     * divided equally.
     *
     * @param batch number of images of the batch
     */
    public static int part(int batch) {
        int parts = Math.min(Backend.threads(), batch);
        return batch % parts == 0 ? batch / parts : batch;
    }

    /**
     * The number of images that are enough for a GPU at a time. It depends on nothing else, so that features in a cache are found
     * again.
     *
     * @param size height and width of the input in pixels
     * @param images number of images there are to run
     */
    public static int frozenOnGpu(int size, long images) {
        return (int) Math.max(1, Math.min(PIXELS_ON_GPU / ((long) size * size), images));
    }

    /**
     * The number of images with which the frozen part runs about the fastest.
     *
     * @param size height and width of the input in pixels
     * @param images number of images there are to run
     */
    public static int frozen(int size, long images) {
        return frozen(size, images, Backend.threads());
    }

    /**
     * The same for a process in which ND4J computes with a number of threads.
     *
     * @param threads as {@link Backend#threads} returns it there
     */
    public static int frozen(int size, long images, int threads) {
        int times = Math.max(1, threads / THREADS);
        long best = Math.max(MIN, Math.min(MAX, PIXELS / ((long) size * size))) * times;
        long round = (long) ROUND * threads;
        if (best >= round / 2) {
            best = Math.max(1, Math.round((double) best / round)) * round;
        }
        return (int) Math.max(1, Math.min(best, images));
    }
}

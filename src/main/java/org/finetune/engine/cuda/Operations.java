package org.finetune.engine.cuda;

import org.finetune.backend.cuda.CudaStream;
import org.finetune.engine.OpProfile;

/** The kernels as operations on activations and parameters. Activations are addresses of {@code [images,H,W,C]} float32 on the device. */
final class Operations {
    static final int THREADS = 256;
    /** Columns and rows of the blocks of kernels that sum columns up. */
    static final int SUM_COLUMNS = 32;

    static final int SUM_WORKERS = 8;
    /** Values of a window of the first convolution, rounded up to a multiple of 4. */
    static final int STEM_WINDOW = 28;

    private static final int POOLING_THREADS = 128;
    private static final long NULL = 0;

    private static final int MOST_PARTS = 64;
    private static final int PIXELS_OF_PART = 256;
    private static final int ROWS_OF_PART = 16;

    private final Kernels kernels;
    private final CudaStream stream;
    private final OpProfile profile;

    /**
     * Prepares operations.
     *
     * @param profile where the time of each is added up; unless that is {@link OpProfile#NONE}, the CPU waits for each
     */
    Operations(Kernels kernels, CudaStream stream, OpProfile profile) {
        this.kernels = kernels;
        this.stream = stream;
        this.profile = profile;
    }

    /** Runs a kernel with a thread for each of a number of values. */
    void each(String kernel, long threads, Object... values) {
        launch(kernel, blocks(threads, THREADS), 1, THREADS, 1, values);
    }

    /** Runs a kernel. */
    void launch(String kernel, int blocks, int parts, int columns, int rows, Object... values) {
        if (profile == OpProfile.NONE) {
            stream.launch(kernels.get(kernel), blocks, parts, columns, rows, values);
            return;
        }
        profile.timed(kernel, () -> {
                    stream.launch(kernels.get(kernel), blocks, parts, columns, rows, values);
                    stream.synchronize();
                })
                .run();
    }

    static int blocks(long threads, int threadsOfBlock) {
        return Math.toIntExact((threads + threadsOfBlock - 1) / threadsOfBlock);
    }

    /**
     * Scales images.
     *
     * @param pixels their values as bytes
     * @param x the network's input, to be written
     * @param length number of values
     */
    void scale(long pixels, long x, long length) {
        each("scale_pixels", length, pixels, x, Math.toIntExact(length));
    }

    /**
     * Copies records to a batch.
     *
     * @param kept the records
     * @param places of each row the number of its record as int32, or below 0 if the row stays as it is
     * @param y the batch
     * @param length number of values of a record
     */
    void gather(long kept, long places, long y, int length, int rows) {
        launch("gather", blocks(length, THREADS), rows, THREADS, 1, kept, places, y, length);
    }

    /**
     * Computes a step.
     *
     * @param convolution its parameters; not read by the pooling
     * @param x the input
     * @param entry what is added, if anything is
     * @param y the output, to be written
     */
    void forward(Step step, DeviceConvolution convolution, long x, long entry, long y, int images) {
        int channels = step.out().channels();
        switch (step.kind()) {
            case POINTWISE -> {
                int pixels = images * step.pixels();
                Tile tile = Tile.of(pixels, channels, 1);
                launch(
                        "pointwise" + tile.suffix(),
                        tile.blocks(pixels, channels),
                        1,
                        THREADS,
                        1,
                        x,
                        convolution.kernel().address(),
                        convolution.bias().address(),
                        step.entry().isPresent() ? entry : NULL,
                        y,
                        pixels,
                        channels,
                        step.in().channels(),
                        step.relu6() ? 1 : 0);
            }
            case DEPTHWISE, STEM -> {
                boolean stem = step.kind() == Step.Kind.STEM;
                // Columns that a thread computes.
                int wide = stem ? 1 : step.stride() == 1 ? 4 : 2;
                int across = (step.out().width() + wide - 1) / wide;
                each(
                        stem ? "stem" : "depthwise_" + step.stride(),
                        (long) images * step.out().height() * across * (channels / 4),
                        x,
                        convolution.kernel().address(),
                        convolution.bias().address(),
                        y,
                        images,
                        step.in().height(),
                        step.out().height(),
                        step.pad(),
                        channels);
            }
            case POOLING -> launch(
                    "average_pool",
                    blocks((long) images * channels / 4, POOLING_THREADS),
                    1,
                    POOLING_THREADS,
                    1,
                    x,
                    y,
                    images,
                    step.in().height() * step.in().width(),
                    channels);
        }
    }

    /**
     * Computes the gradient of a step's input.
     *
     * @param masked whether the input is the output of a ReLU6, behind which the gradient is wanted
     * @param x the input
     * @param gy gradient of the output
     * @param added a gradient to be added to that of the input of a 1x1 convolution, or 0
     * @param gx to be written; may be {@code added}
     */
    void inputGradient(
            Step step,
            DeviceConvolution convolution,
            boolean masked,
            long x,
            long gy,
            long added,
            long gx,
            int images) {
        int channels = step.in().channels();
        switch (step.kind()) {
            case POINTWISE -> {
                int pixels = images * step.pixels();
                Tile tile = Tile.of(pixels, channels, 1);
                launch(
                        "pointwise_input_gradient" + tile.suffix(),
                        tile.blocks(pixels, channels),
                        1,
                        THREADS,
                        1,
                        gy,
                        convolution.kernel().address(),
                        added,
                        masked ? x : NULL,
                        gx,
                        pixels,
                        channels,
                        step.out().channels());
            }
            case DEPTHWISE -> each(
                    "depthwise_input_gradient",
                    (long) images * step.in().length() / 4,
                    x,
                    gy,
                    convolution.kernel().address(),
                    gx,
                    images,
                    step.in().height(),
                    step.out().height(),
                    step.pad(),
                    step.stride(),
                    channels);
            case POOLING -> each(
                    "average_pool_gradient",
                    (long) images * step.in().length() / 4,
                    x,
                    gy,
                    gx,
                    images,
                    step.in().height() * step.in().width(),
                    channels);
            case STEM -> throw new IllegalArgumentException("Images have no gradient");
        }
    }

    /** Number of values of the gradients of a convolution's kernel and, behind it, bias. */
    static long gradientLength(Step step) {
        return (long) (gradientRows(step) + 1) * step.out().channels();
    }

    /** Rows of the gradient of the kernel as a matrix; of the first convolution one more than the kernel has. */
    static int gradientRows(Step step) {
        return switch (step.kind()) {
            case STEM -> STEM_WINDOW;
            case DEPTHWISE -> 9;
            default -> step.in().channels();
        };
    }

    /** Number of values of the room that {@link #kernelGradient} needs, for as many images or fewer. */
    static long gradientRoom(Step step, int images) {
        long windows = step.kind() == Step.Kind.STEM ? (long) images * step.pixels() * STEM_WINDOW : 0;
        return partsRoom(step, images) + windows;
    }

    private static long partsRoom(Step step, int images) {
        int parts = step.kind() == Step.Kind.DEPTHWISE
                ? Parts.most(images * step.out().height(), MOST_PARTS, ROWS_OF_PART)
                : Parts.most(images * step.pixels(), MOST_PARTS, PIXELS_OF_PART);
        return parts * gradientLength(step);
    }

    /**
     * Computes the gradients of a convolution's folded kernel and, behind it, bias.
     *
     * @param room of {@link #gradientRoom}
     * @param gradient to be written, of {@link #gradientLength}
     */
    void kernelGradient(Step step, long x, long gy, long room, long gradient, int images) {
        int length = Math.toIntExact(gradientLength(step));
        int parts =
                switch (step.kind()) {
                    case DEPTHWISE -> depthwiseGradient(step, x, gy, room, images);
                    case POINTWISE -> productGradient(step, x, gy, room, images);
                    default -> {
                        long windows = room + partsRoom(step, images) * Float.BYTES;
                        each(
                                "stem_windows",
                                (long) images * step.pixels() * STEM_WINDOW,
                                x,
                                windows,
                                images,
                                step.in().height(),
                                step.out().height(),
                                step.pad());
                        yield productGradient(step, windows, gy, room, images);
                    }
                };
        each("sum_parts", length, room, gradient, parts, length);
    }

    private int depthwiseGradient(Step step, long x, long gy, long room, int images) {
        int channels = step.out().channels();
        Parts parts = Parts.of(images * step.out().height(), MOST_PARTS, ROWS_OF_PART, SUM_WORKERS);
        launch(
                "depthwise_kernel_gradient_" + step.stride(),
                blocks(channels, SUM_COLUMNS),
                parts.count(),
                SUM_COLUMNS,
                SUM_WORKERS,
                x,
                gy,
                room,
                images,
                step.in().height(),
                step.out().height(),
                step.pad(),
                channels,
                parts.length());
        return parts.count();
    }

    /** Of x as a matrix of pixels by rows of the gradient. */
    private int productGradient(Step step, long x, long gy, long room, int images) {
        int rows = gradientRows(step);
        int columns = step.out().channels();
        int pixels = images * step.pixels();
        int length = Math.toIntExact(gradientLength(step));
        Parts parts = Parts.of(pixels, MOST_PARTS, PIXELS_OF_PART, SUM_WORKERS);
        Tile tile = Tile.of(rows, columns, parts.count());
        launch(
                "pointwise_kernel_gradient" + tile.suffix(),
                tile.blocks(rows, columns),
                parts.count(),
                THREADS,
                1,
                x,
                gy,
                room,
                rows,
                columns,
                pixels,
                parts.length(),
                length);
        launch(
                "column_sums",
                blocks(columns, SUM_COLUMNS),
                parts.count(),
                SUM_COLUMNS,
                SUM_WORKERS,
                gy,
                room + (long) rows * columns * Float.BYTES,
                pixels,
                columns,
                parts.length(),
                length);
        return parts.count();
    }
}

package org.finetune.engine.fast;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.finetune.backend.Backend;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A mask for inverted dropout (Srivastava et al., 2014): each value is kept with some probability and then 1/probability,
 * else 0. It follows from a seed.
 *
 * <p>ND4J draws a mask in one thread, and takes longer for it than for the head's products. So the mask of the next seed,
 * which the next step most likely asks for, is drawn by another thread meanwhile.
 */
final class DropoutMask implements AutoCloseable {
    /** For ND4J, 0 stands for a seed from the time of day. */
    private static final long INSTEAD_OF_ZERO = 0x9E3779B97F4A7C15L;

    private final double keep;
    private final INDArray ones;
    private final INDArray mask;
    private final INDArray ahead;
    private final Random random = Nd4j.getRandomFactory().getNewRandomInstance();
    /** Null where another thread would compute on another stream of the device. */
    private final ExecutorService thread;

    private CompletableFuture<Void> drawing;
    private long seedAhead;

    /**
     * Prepares the arrays.
     *
     * @param keep probability that a value is kept, in (0, 1)
     */
    DropoutMask(long rows, long columns, double keep) {
        this.keep = keep;
        this.ones = Nd4j.ones(rows, columns);
        this.mask = ones.ulike();
        this.ahead = ones.ulike();
        this.thread = Backend.isCpu(Nd4j.getBackend()) ? Executors.newSingleThreadExecutor(DropoutMask::daemon) : null;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "dropout");
        thread.setDaemon(true);
        return thread;
    }

    /** The mask, {@code [rows,columns]} float32; always the same array. */
    INDArray array() {
        return mask;
    }

    /** Makes the mask that of a seed. */
    void draw(long seed) {
        boolean drawn = drawing != null && seedAhead == seed;
        await();
        if (drawn) {
            HostMemory.copy(ahead, mask);
        } else {
            drawInto(mask, seed);
        }
        if (thread != null) {
            seedAhead = seed + 1;
            drawing = CompletableFuture.runAsync(() -> drawInto(ahead, seed + 1), thread);
        }
    }

    private void drawInto(INDArray array, long seed) {
        random.setSeed(seed == 0 ? INSTEAD_OF_ZERO : seed);
        Nd4j.getExecutioner().exec(new DropOutInverted(ones, array, keep), random);
    }

    private void await() {
        if (drawing == null) {
            return;
        }
        drawing.join();
        drawing = null;
    }

    @Override
    public void close() {
        await();
        if (thread != null) {
            thread.shutdown();
        }
        ones.close();
        mask.close();
        ahead.close();
    }
}

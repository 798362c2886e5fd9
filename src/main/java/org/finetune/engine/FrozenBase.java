package org.finetune.engine;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.PixelType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of the network below a cut, which nothing trains: run once for each image. Not thread-safe. */
public interface FrozenBase extends AutoCloseable {

    /** Most images of one {@link #run}. */
    int batchSize();

    /**
     * The images to run, or the activations of a layer, {@code [batchSize,H,W,C]} float32 in C order, for the caller to fill.
     */
    INDArray input();

    /** How {@link #load} takes images. */
    default PixelType pixels() {
        return PixelType.FLOAT32;
    }

    /**
     * Takes the images to run, which may be changed when this returns, in place of those in {@link #input} until that is asked
     * for again.
     *
     * @param images {@code [count,H,W,3]} as {@link #pixels} says
     */
    default void load(Pointer images, int count) {
        long values = input().length() / batchSize() * count;
        HostMemory.write(input(), values, memory -> Pointer.memcpy(memory, images, values * Float.BYTES));
    }

    /**
     * The parts into which this divides a batch, if it divides evenly: each takes, runs and returns images of its own, on any thread, at
     * the same time as the others. Meanwhile this is not to be run. They are closed with this.
     *
     * @return this alone if it cannot be divided
     */
    default List<? extends FrozenBase> parts() {
        return List.of(this);
    }

    /** Computes the outputs of the first {@code images} images that were given. */
    void run(int images);

    /**
     * The activations of a layer after the last {@link #run}, {@code [batchSize,H,W,C]} float32 in C order; the rows
     * past the images that were run are undefined.
     *
     * @param layer a layer named when the base was made
     */
    INDArray output(String layer);

    @Override
    void close();
}

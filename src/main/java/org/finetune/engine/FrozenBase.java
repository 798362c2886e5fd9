package org.finetune.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of the network below a cut, which nothing trains: run once for each image. Not thread-safe. */
public interface FrozenBase extends AutoCloseable {

    /** Most images of one {@link #run}. */
    int batchSize();

    /**
     * The images to run, or the activations of a layer, {@code [batchSize,H,W,C]} float32 in C order, for the caller to fill.
     */
    INDArray input();

    /** Computes the outputs of the first {@code images} images in {@link #input}. */
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

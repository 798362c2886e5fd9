package org.finetune.engine.fast;

import org.finetune.model.FeatureShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Activations, or their gradients, of a batch in a buffer of a pool.
 *
 * @param buffer the flat buffer, at least as long as needed
 * @param first number of images in the buffer before these
 * @param images number of images
 * @param shape extents for each image
 */
record Activation(INDArray buffer, int first, int images, FeatureShape shape) {

    static Activation take(BufferPool pool, int images, FeatureShape shape) {
        return new Activation(pool.take((long) images * shape.length()), 0, images, shape);
    }

    /** Those of some of the images. */
    Activation slice(int from, int count) {
        return new Activation(buffer, first + from, count, shape);
    }

    /** All values in one dimension. */
    INDArray flat() {
        long length = (long) images * shape.length();
        long start = (long) first * shape.length();
        return length == buffer.length() ? buffer : buffer.get(NDArrayIndex.interval(start, start + length));
    }

    /** {@code [N,H,W,C]}. */
    INDArray nhwc() {
        return flat().reshape('c', shape.batch(images));
    }

    /** {@code [N*H*W,C]}: one row for each pixel. */
    INDArray rows() {
        return flat().reshape('c', pixels(), shape.channels());
    }

    long pixels() {
        return (long) images * shape.height() * shape.width();
    }
}

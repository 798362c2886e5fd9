package org.finetune.weights;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.util.stream.IntStream;

/**
 * One array of a weights file, not yet read.
 *
 * @param name Keras's parameter name without scope and suffix, such as {@code kernel}
 * @param dataset the array
 */
record StoredParameter(String name, Dataset dataset) {
    /** Most values in a chunk of an array; the largest array of the network has 0.8 million. */
    private static final long MAX_CHUNK_VALUES = 4_000_000;

    long[] shape() {
        return IntStream.of(dataset.getDimensions()).asLongStream().toArray();
    }

    /**
     * Reads the array in row-major order. The memory this takes is that of its shape, which the caller has checked.
     *
     * @param what the array in words for the message of an error
     * @throws BadWeightsException if it holds anything but floating-point values
     */
    float[] values(String what) {
        if (!(dataset.getDataType() instanceof FloatingPoint)) {
            throw new BadWeightsException("holds no floating-point values in " + what);
        }
        if (dataset instanceof ChunkedDataset chunked && chunkValues(chunked) > MAX_CHUNK_VALUES) {
            throw new BadWeightsException("holds " + what + " in absurdly large chunks");
        }
        Object data = dataset.getDataFlat();
        if (data instanceof float[] floats) {
            return floats;
        }
        if (data instanceof double[] doubles) {
            float[] floats = new float[doubles.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) doubles[i];
            }
            return floats;
        }
        throw new BadWeightsException("holds no values for " + what);
    }

    private static long chunkValues(ChunkedDataset dataset) {
        long values = 1;
        for (int extent : dataset.getChunkDimensions()) {
            values = Math.multiplyExact(values, extent);
        }
        return values;
    }
}

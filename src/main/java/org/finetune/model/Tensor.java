package org.finetune.model;

import java.util.Arrays;

/**
 * A float32 array in row-major (C) order that needs no numeric backend.
 *
 * @param values the elements; not copied
 * @param shape the extents, outermost first
 */
public record Tensor(float[] values, long[] shape) {

    public Tensor {
        if (values.length != length(shape)) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill a tensor of shape " + Arrays.toString(shape));
        }
    }

    /** Number of elements of a tensor of the given shape. */
    public static int length(long... shape) {
        long length = 1;
        for (long extent : shape) {
            length = Math.multiplyExact(length, extent);
        }
        return Math.toIntExact(length);
    }

    /** A copy of a column of a matrix. */
    public float[] column(int column) {
        int columns = Math.toIntExact(shape[1]);
        float[] copy = new float[values.length / columns];
        for (int row = 0; row < copy.length; row++) {
            copy[row] = values[row * columns + column];
        }
        return copy;
    }

    public Tensor copy() {
        return new Tensor(values.clone(), shape.clone());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && Arrays.equals(values, that.values) && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}

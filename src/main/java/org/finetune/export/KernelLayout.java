package org.finetune.export;

import org.finetune.model.Tensor;

/** Kernels in Keras's layout and in those of other programs, which have output channels first. */
public final class KernelLayout {
    private KernelLayout() {}

    /**
     * Transposes a kernel.
     *
     * @param kernel {@code [kH,kW,iC,oC]}, or {@code [kH,kW,C,1]} if depthwise
     * @return {@code [oC,iC,kH,kW]}, or {@code [C,1,kH,kW]}
     */
    public static Tensor outputFirst(Tensor kernel, boolean depthwise) {
        long[] shape = kernel.shape();
        int inputs = (int) (depthwise ? 1 : shape[2]);
        int outputs = (int) (depthwise ? shape[2] : shape[3]);
        Tensor transposed =
                new Tensor(new float[kernel.values().length], new long[] {outputs, inputs, shape[0], shape[1]});
        int window = (int) (shape[0] * shape[1]);
        for (int place = 0; place < window; place++) {
            for (int input = 0; input < inputs; input++) {
                for (int output = 0; output < outputs; output++) {
                    transposed.values()[(output * inputs + input) * window + place] =
                            kernel.values()[(place * inputs + input) * outputs + output];
                }
            }
        }
        return transposed;
    }

    /**
     * Transposes a kernel for TensorFlow Lite.
     *
     * @param kernel {@code [kH,kW,iC,oC]}
     * @return {@code [oC,kH,kW,iC]}
     */
    public static Tensor outputFirstChannelsLast(Tensor kernel) {
        long[] shape = kernel.shape();
        int inner = (int) (shape[0] * shape[1] * shape[2]);
        Tensor transposed = transposed(new Tensor(kernel.values(), new long[] {inner, shape[3]}));
        return new Tensor(transposed.values(), new long[] {shape[3], shape[0], shape[1], shape[2]});
    }

    /**
     * Undoes {@link #outputFirstChannelsLast}.
     *
     * @param kernel {@code [oC,kH,kW,iC]}
     * @return {@code [kH,kW,iC,oC]}
     */
    public static Tensor outputLastFromChannelsLast(Tensor kernel) {
        long[] shape = kernel.shape();
        int inner = (int) (shape[1] * shape[2] * shape[3]);
        Tensor transposed = transposed(new Tensor(kernel.values(), new long[] {shape[0], inner}));
        return new Tensor(transposed.values(), new long[] {shape[1], shape[2], shape[3], shape[0]});
    }

    /** A matrix with rows and columns changed. */
    public static Tensor transposed(Tensor matrix) {
        int rows = (int) matrix.shape()[0];
        int columns = (int) matrix.shape()[1];
        Tensor transposed = new Tensor(new float[rows * columns], new long[] {columns, rows});
        for (int i = 0; i < rows * columns; i++) {
            transposed.values()[i % columns * rows + i / columns] = matrix.values()[i];
        }
        return transposed;
    }

    /**
     * Undoes {@link #outputFirst}.
     *
     * @param kernel {@code [oC,iC,kH,kW]}, or {@code [C,1,kH,kW]} if depthwise
     * @return {@code [kH,kW,iC,oC]}, or {@code [kH,kW,C,1]}
     */
    public static Tensor outputLast(Tensor kernel, boolean depthwise) {
        long[] shape = kernel.shape();
        long[] last = depthwise
                ? new long[] {shape[2], shape[3], shape[0], 1}
                : new long[] {shape[2], shape[3], shape[1], shape[0]};
        int rows = (int) (shape[0] * shape[1]);
        int window = (int) (shape[2] * shape[3]);
        int outputs = (int) shape[0];
        int inputs = (int) shape[1];
        Tensor transposed = new Tensor(new float[kernel.values().length], last);
        for (int row = 0; row < rows; row++) {
            for (int place = 0; place < window; place++) {
                transposed.values()[(place * inputs + row % inputs) * outputs + row / inputs] =
                        kernel.values()[row * window + place];
            }
        }
        return transposed;
    }
}

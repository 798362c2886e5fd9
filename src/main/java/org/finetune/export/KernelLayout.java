package org.finetune.export;

import org.finetune.model.Tensor;

/** Kernels of convolutions in Keras's layout and in that of ONNX and PyTorch, which has output channels first. */
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

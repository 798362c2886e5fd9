package org.finetune.model;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * How Deeplearning4j lays the parameters of the network out in the one vector that it saves: layer by layer in network
 * order, convolution kernels as {@code [oC,iC,kH,kW]}, depthwise kernels as {@code [kH,kW,C,1]}, batch normalization as
 * gamma, beta, mean, variance, the dense kernel column by column.
 */
final class CoefficientLayout {
    private CoefficientLayout() {}

    /** Number of values of a network. */
    static long length(List<KerasLayer> network) {
        return network.stream().mapToLong(KerasLayer::parameterCount).sum();
    }

    /** Takes the vector apart. */
    static Weights weights(float[] coefficients, List<KerasLayer> network) {
        Weights weights = new Weights();
        int offset = 0;
        for (KerasLayer layer : network) {
            for (var parameter : layer.parameterShapes().entrySet()) {
                long[] shape = parameter.getValue();
                float[] values = new float[Tensor.length(shape)];
                if (parameter.getKey().equals("kernel")) {
                    readTransposed(coefficients, offset, values, shape);
                } else {
                    System.arraycopy(coefficients, offset, values, 0, values.length);
                }
                weights.put(layer.name(), parameter.getKey(), new Tensor(values, shape));
                offset += values.length;
            }
        }
        return weights;
    }

    /** Puts the vector of some parameters together. */
    static void write(Weights weights, List<KerasLayer> network, FloatBuffer to) {
        for (KerasLayer layer : network) {
            for (String parameter : layer.parameterShapes().keySet()) {
                Tensor tensor = weights.get(layer.name(), parameter);
                if (parameter.equals("kernel")) {
                    writeTransposed(tensor, to);
                } else {
                    to.put(tensor.values());
                }
            }
        }
    }

    /** Writes a kernel as {@link #readTransposed} reads it. */
    private static void writeTransposed(Tensor kernel, FloatBuffer to) {
        float[] values = kernel.values();
        int out = (int) kernel.shape()[kernel.shape().length - 1];
        int in = (int) kernel.shape()[kernel.shape().length - 2];
        int window = values.length / (in * out);
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int place = 0; place < window; place++) {
                    to.put(values[(place * in + i) * out + o]);
                }
            }
        }
    }

    /**
     * Reads a kernel whose values stand by output channel, then input channel, then place in the window. A dense kernel
     * is one with a window of one place.
     */
    private static void readTransposed(float[] from, int offset, float[] to, long[] shape) {
        int out = (int) shape[shape.length - 1];
        int in = (int) shape[shape.length - 2];
        int window = to.length / (in * out);
        int next = offset;
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int place = 0; place < window; place++) {
                    to[(place * in + i) * out + o] = from[next++];
                }
            }
        }
    }
}

package org.finetune.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One layer of the network, named and numbered as Keras does.
 *
 * @param index position in Keras's {@code model.layers}, the input being 0
 * @param name Keras's layer name, such as {@code block_1_expand_BN}
 * @param type kind of the layer
 * @param inputs names of the layers it reads: one, or two for {@link LayerType#ADD}, none for the input
 * @param inputShape shape of the (first) input
 * @param outputShape shape of the output
 * @param kernel kernel size of a convolution in pixels, else 0
 * @param stride stride of a convolution in pixels, else 0
 */
public record KerasLayer(
        int index,
        String name,
        LayerType type,
        List<String> inputs,
        FeatureShape inputShape,
        FeatureShape outputShape,
        int kernel,
        int stride) {

    /**
     * Shapes of the layer's parameters by Keras's parameter name, in Keras's order and layout: convolution kernels
     * {@code [kH,kW,iC,oC]}, depthwise kernels {@code [kH,kW,C,1]}, dense kernels {@code [in,out]}.
     */
    public Map<String, long[]> parameterShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String parameter : type.parameterNames()) {
            shapes.put(parameter, parameterShape(parameter));
        }
        return shapes;
    }

    /**
     * Rows and columns of zeros that a {@link LayerType#ZERO_PADDING} layer adds above and to the left; it adds one below and to
     * the right.
     */
    public int paddingBefore() {
        return outputShape.height() - inputShape.height() - 1;
    }

    private long[] parameterShape(String parameter) {
        long in = inputShape.channels();
        long out = outputShape.channels();
        return switch (parameter) {
            case "kernel" -> type == LayerType.DENSE ? new long[] {in, out} : new long[] {kernel, kernel, in, out};
            case "depthwise_kernel" -> new long[] {kernel, kernel, in, 1};
            default -> new long[] {out};
        };
    }

    /** Number of values in all parameters of the layer, moving statistics included. */
    public long parameterCount() {
        return parameterShapes().values().stream().mapToLong(Tensor::length).sum();
    }

    /** Number of values in the parameters that gradient descent changes. */
    public long trainableCount() {
        return type.trainableNames().stream()
                .mapToLong(parameter -> Tensor.length(parameterShape(parameter)))
                .sum();
    }

    public boolean hasParameters() {
        return !type.parameterNames().isEmpty();
    }
}

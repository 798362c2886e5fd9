package org.finetune.export.quantization;

import java.util.Arrays;
import org.finetune.model.Tensor;

/**
 * A convolution's kernel as numbers from -127 to 127 with a scale for each output channel, and its bias as int32 in units of
 * the products of input and kernel.
 *
 * @param values the kernel in its layout
 * @param scales a scale for each output channel
 * @param bias the bias in units of {@code inputScale * scales}
 * @param biasScales these units
 */
public record QuantizedKernel(byte[] values, float[] scales, int[] bias, float[] biasScales) {
    private static final int MOST = 127;
    /** Biases stay below a quarter of what int32 holds, so that the sums of products have room beside them. */
    private static final double MOST_BIAS = 1 << 29;

    /**
     * Quantizes a kernel.
     *
     * @param axis the axis of the output channels
     * @param bias a number for each output channel
     * @param inputScale scale of the quantized input
     */
    public static QuantizedKernel of(Tensor kernel, int axis, float[] bias, float inputScale) {
        int inner = inner(kernel.shape(), axis);
        int channels = bias.length;
        float[] most = new float[channels];
        for (int i = 0; i < kernel.values().length; i++) {
            int channel = i / inner % channels;
            most[channel] = Math.max(most[channel], Math.abs(kernel.values()[i]));
        }
        float[] scales = new float[channels];
        float[] biasScales = new float[channels];
        int[] biases = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            // Where a kernel is all but zero, its bias decides the scale.
            double least = Math.max(Math.abs(bias[channel]) / (inputScale * MOST_BIAS), Float.MIN_NORMAL);
            scales[channel] = (float) Math.max((double) most[channel] / MOST, least);
            biasScales[channel] = inputScale * scales[channel];
            biases[channel] = (int) Math.rint(bias[channel] / (double) biasScales[channel]);
        }
        byte[] values = new byte[kernel.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.rint(kernel.values()[i] / scales[i / inner % channels]);
        }
        return new QuantizedKernel(values, scales, biases, biasScales);
    }

    /**
     * The numbers that quantized ones stand for.
     *
     * @param quantized numbers whose zero is 0
     * @param axis the axis of the scales; there is one scale for each index along it
     */
    public static Tensor dequantize(Tensor quantized, int axis, float[] scales) {
        int inner = inner(quantized.shape(), axis);
        float[] values = new float[quantized.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = quantized.values()[i] * scales[i / inner % scales.length];
        }
        return new Tensor(values, quantized.shape());
    }

    /** How many values have the same index along an axis and those before. */
    private static int inner(long[] shape, int axis) {
        return Math.toIntExact(Tensor.length(Arrays.copyOfRange(shape, axis + 1, shape.length)));
    }
}

package org.finetune.export.quantization;

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
     * @param kernel with output channels first
     * @param inputScale scale of the quantized input
     */
    public static QuantizedKernel of(Tensor kernel, float[] bias, float inputScale) {
        int channels = bias.length;
        int length = kernel.values().length / channels;
        byte[] values = new byte[kernel.values().length];
        float[] scales = new float[channels];
        float[] biasScales = new float[channels];
        int[] biases = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            double most = 0;
            for (int i = channel * length; i < (channel + 1) * length; i++) {
                most = Math.max(most, Math.abs(kernel.values()[i]));
            }
            // Where a kernel is all but zero, its bias decides the scale.
            double least = Math.max(Math.abs(bias[channel]) / (inputScale * MOST_BIAS), Float.MIN_NORMAL);
            scales[channel] = (float) Math.max(most / MOST, least);
            for (int i = channel * length; i < (channel + 1) * length; i++) {
                values[i] = (byte) Math.rint(kernel.values()[i] / scales[channel]);
            }
            biasScales[channel] = inputScale * scales[channel];
            biases[channel] = (int) Math.rint(bias[channel] / (double) biasScales[channel]);
        }
        return new QuantizedKernel(values, scales, biases, biasScales);
    }
}

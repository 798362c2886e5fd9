package org.finetune.engine.fused;

import java.util.Arrays;
import org.finetune.model.MobileNetV2;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * A convolution's kernel with the fixed statistics of its batch normalization folded in: with
 * {@code s = gamma / sqrt(moving_variance + epsilon)}, {@code kernel * s} and {@code beta - moving_mean * s} give the
 * same output as convolution and normalization.
 *
 * @param shape {@code [kH,kW,iC,oC]}, or {@code [kH,kW,C,1]} if depthwise
 */
public record FoldedKernel(long[] shape, float[] kernel, float[] bias) {

    /** Folds in double precision. */
    public static FoldedKernel of(FusedLayer.Convolution layer, Weights weights) {
        Tensor kernel = kernel(layer, weights);
        String normalization = layer.normalization().name();
        float[] gamma = weights.get(normalization, "gamma").values();
        float[] beta = weights.get(normalization, "beta").values();
        float[] mean = weights.get(normalization, "moving_mean").values();
        float[] inverseSigma = inverseSigma(layer, weights);
        int channels = gamma.length;
        float[] folded = new float[kernel.values().length];
        float[] bias = new float[channels];
        double[] scale = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            scale[channel] = (double) gamma[channel] * inverseSigma[channel];
            bias[channel] = (float) (beta[channel] - mean[channel] * scale[channel]);
        }
        // The channel that is normalized is the innermost index that varies, for both kinds of kernel.
        for (int i = 0; i < folded.length; i++) {
            folded[i] = (float) (kernel.values()[i] * scale[i % channels]);
        }
        return new FoldedKernel(kernel.shape(), folded, bias);
    }

    /** A 1x1 convolution with one more output channel, which is always 1. */
    public FoldedKernel widened() {
        int channels = bias.length;
        int inputs = kernel.length / channels;
        float[] wideKernel = new float[inputs * (channels + 1)];
        for (int input = 0; input < inputs; input++) {
            System.arraycopy(kernel, input * channels, wideKernel, input * (channels + 1), channels);
        }
        float[] wideBias = Arrays.copyOf(bias, channels + 1);
        wideBias[channels] = 1;
        return new FoldedKernel(new long[] {1, 1, inputs, channels + 1}, wideKernel, wideBias);
    }

    /** The kernel as it was before. */
    public static Tensor kernel(FusedLayer.Convolution layer, Weights weights) {
        return weights.get(layer.convolution().name(), kernelName(layer));
    }

    /** Keras's name of the kernel. */
    public static String kernelName(FusedLayer.Convolution layer) {
        return layer.depthwise() ? "depthwise_kernel" : "kernel";
    }

    /** 1 / sqrt(moving_variance + epsilon). */
    public static float[] inverseSigma(FusedLayer.Convolution layer, Weights weights) {
        float[] variance =
                weights.get(layer.normalization().name(), "moving_variance").values();
        float[] inverse = new float[variance.length];
        for (int channel = 0; channel < inverse.length; channel++) {
            inverse[channel] = (float) (1 / Math.sqrt(variance[channel] + MobileNetV2.BATCH_NORMALIZATION_EPSILON));
        }
        return inverse;
    }
}

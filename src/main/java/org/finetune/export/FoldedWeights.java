package org.finetune.export;

import java.util.List;
import org.finetune.model.KerasLayer;
import org.finetune.model.MobileNetV2;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * A model's parameters without batch normalizations: with {@code s = gamma / sqrt(moving_variance + epsilon)}, the
 * convolution with the kernel {@code kernel * s} and the bias {@code beta - moving_mean * s} is convolution and
 * normalization at once.
 */
public final class FoldedWeights {
    private FoldedWeights() {}

    /**
     * Folds in double precision.
     *
     * @return kernel, under its name, and bias of each convolution and of the softmax layer, in Keras's layouts
     */
    public static Weights of(SavedModel model) {
        List<KerasLayer> network = model.architecture().network(model.classes().size());
        Weights folded = new Weights();
        for (KerasLayer layer : network) {
            switch (layer.type()) {
                case CONVOLUTION, DEPTHWISE_CONVOLUTION -> fold(
                        layer, network.get(layer.index() + 1), model.weights(), folded);
                case DENSE -> layer.type()
                        .parameterNames()
                        .forEach(name ->
                                folded.put(layer.name(), name, model.weights().get(layer.name(), name)));
                default -> {}
            }
        }
        return folded;
    }

    private static void fold(KerasLayer convolution, KerasLayer normalization, Weights weights, Weights folded) {
        float[] gamma = weights.get(normalization.name(), "gamma").values();
        float[] beta = weights.get(normalization.name(), "beta").values();
        float[] mean = weights.get(normalization.name(), "moving_mean").values();
        float[] variance = weights.get(normalization.name(), "moving_variance").values();
        double[] scale = new double[gamma.length];
        float[] bias = new float[gamma.length];
        for (int channel = 0; channel < gamma.length; channel++) {
            scale[channel] = gamma[channel] / Math.sqrt(variance[channel] + MobileNetV2.BATCH_NORMALIZATION_EPSILON);
            bias[channel] = (float) (beta[channel] - mean[channel] * scale[channel]);
        }
        String name = convolution.type().parameterNames().get(0);
        Tensor kernel = weights.get(convolution.name(), name).copy();
        float[] values = kernel.values();
        // The channel that is normalized is the innermost index that varies, for both kinds of kernel.
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale[i % scale.length]);
        }
        folded.put(convolution.name(), name, kernel);
        folded.put(convolution.name(), "bias", new Tensor(bias, new long[] {bias.length}));
    }
}

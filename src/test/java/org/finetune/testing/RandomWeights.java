package org.finetune.testing;

import java.util.List;
import java.util.Random;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/** Random parameters that keep the activations of a deep network in a lifelike range. */
public final class RandomWeights {
    private RandomWeights() {}

    /** Parameters for all of the given layers. */
    public static Weights of(List<KerasLayer> layers, long seed) {
        Random random = new Random(seed);
        Weights weights = new Weights();
        for (KerasLayer layer : layers) {
            layer.parameterShapes().forEach((parameter, shape) -> {
                float[] values = new float[Tensor.length(shape)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) value(parameter, shape, random);
                }
                weights.put(layer.name(), parameter, new Tensor(values, shape));
            });
        }
        return weights;
    }

    private static double value(String parameter, long[] shape, Random random) {
        return switch (parameter) {
            case "kernel", "depthwise_kernel" -> random.nextGaussian()
                    * Math.sqrt(2.0 * outputs(shape) / Tensor.length(shape));
            case "gamma" -> 1 + 0.2 * random.nextGaussian();
            case "moving_variance" -> 0.5 + random.nextDouble();
            default -> 0.3 * random.nextGaussian();
        };
    }

    private static long outputs(long[] shape) {
        boolean depthwise = shape.length == 4 && shape[3] == 1;
        return depthwise ? shape[2] : shape[shape.length - 1];
    }
}

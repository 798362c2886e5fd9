package org.finetune.engine.check;

import java.util.List;
import java.util.SplittableRandom;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * A network with parameters and images drawn at random, but the same on every machine.
 *
 * @param weights parameters of base and head that keep activations in the range of those of trained networks
 */
record FixedNetwork(Architecture architecture, int classes, Weights weights) {
    private static final long SEED_OF_WEIGHTS = 1;
    private static final long SEED_OF_IMAGES = 2;

    /** Draws the parameters. */
    static FixedNetwork of(Architecture architecture, int classes) {
        SplittableRandom random = new SplittableRandom(SEED_OF_WEIGHTS);
        Weights weights = new Weights();
        for (KerasLayer layer : architecture.network(classes)) {
            layer.parameterShapes().forEach((parameter, shape) -> {
                float[] values = new float[Tensor.length(shape)];
                double center = List.of("gamma", "moving_variance").contains(parameter) ? 1 : 0;
                double spread = spread(parameter, values.length, layer);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (center + spread * (2 * random.nextDouble() - 1));
                }
                weights.put(layer.name(), parameter, new Tensor(values, shape));
            });
        }
        return new FixedNetwork(architecture, classes, weights);
    }

    /** Kernels are uniform in {@code [-l, l)} with {@code l = sqrt(6 / inputs of an output)} (He et al., 2015). */
    private static double spread(String parameter, int length, KerasLayer layer) {
        return parameter.endsWith("kernel")
                ? Math.sqrt(6.0 * layer.outputShape().channels() / length)
                : 0.4;
    }

    /** Images of noise, {@code [images,H,W,3]} in 8 bits. */
    byte[] images(int images) {
        SplittableRandom random = new SplittableRandom(SEED_OF_IMAGES);
        FeatureShape shape = architecture.layer(Architecture.INPUT).outputShape();
        byte[] pixels = new byte[Math.toIntExact((long) images * shape.length())];
        random.nextBytes(pixels);
        return pixels;
    }

    /** Their classes, all in turn. */
    int[] labels(int images) {
        int[] labels = new int[images];
        for (int image = 0; image < images; image++) {
            labels[image] = image % classes;
        }
        return labels;
    }
}

package org.finetune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The layers of {@code keras.applications.MobileNetV2(include_top=False, pooling="avg")} for a width multiplier and an
 * input size, in Keras's order and under Keras's names. Everything that needs to know the network (stock graph, fast
 * engine, weight files, layer table) reads it from here.
 *
 * <p>Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), and Keras's
 * {@code mobilenet_v2.py}.
 */
public final class Architecture {
    /** Width multipliers for which Keras publishes ImageNet weights. */
    public static final List<Double> ALPHAS = List.of(0.35, 0.5, 0.75, 1.0, 1.3, 1.4);
    /** Input sizes in pixels for which Keras publishes ImageNet weights. */
    public static final List<Integer> PRETRAINED_SIZES = List.of(96, 128, 160, 192, 224);
    /** Smallest input size in pixels: the network divides it by 32. */
    public static final int MIN_SIZE = 32;
    /** Largest input size in pixels. */
    public static final int MAX_SIZE = 1024;

    /** Name of the input layer. */
    public static final String INPUT = "input_1";
    /** Name of the last layer whose output has height and width. */
    public static final String LAST_ACTIVATION = "out_relu";
    /** Name of the pooling layer, the last of the base. */
    public static final String POOLING = "global_average_pooling2d";
    /** Name of the dropout layer of the head. */
    public static final String DROPOUT = "dropout";
    /** Name of the softmax layer of the head. */
    public static final String PREDICTIONS = "predictions";

    private final double alpha;
    private final int size;
    private final List<KerasLayer> base;

    private Architecture(double alpha, int size) {
        this.alpha = alpha;
        this.size = size;
        this.base = List.copyOf(new Builder(alpha, size).build());
    }

    /**
     * Describes the network.
     *
     * @param alpha width multiplier, one of {@link #ALPHAS}
     * @param size height and width of the input in pixels, {@link #MIN_SIZE} to {@link #MAX_SIZE}
     * @throws IllegalArgumentException if either is out of range
     */
    public static Architecture of(double alpha, int size) {
        if (!ALPHAS.contains(alpha)) {
            throw new IllegalArgumentException("alpha must be one of " + ALPHAS + ", not " + alpha);
        }
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "size must be from " + MIN_SIZE + " to " + MAX_SIZE + " pixels, not " + size);
        }
        return new Architecture(alpha, size);
    }

    public double alpha() {
        return alpha;
    }

    public int size() {
        return size;
    }

    /** The layers of the base, from the input to the pooling. */
    public List<KerasLayer> base() {
        return base;
    }

    /** The head for a number of classes: dropout and softmax layer. Their indices go on after the base's. */
    public List<KerasLayer> head(int classes) {
        FeatureShape features = layer(POOLING).outputShape();
        int index = base.size();
        return List.of(
                new KerasLayer(index, DROPOUT, LayerType.DROPOUT, List.of(POOLING), features, features, 0, 0),
                new KerasLayer(
                        index + 1,
                        PREDICTIONS,
                        LayerType.DENSE,
                        List.of(DROPOUT),
                        features,
                        new FeatureShape(1, 1, classes),
                        0,
                        0));
    }

    /** Base and head. */
    public List<KerasLayer> network(int classes) {
        List<KerasLayer> layers = new ArrayList<>(base);
        layers.addAll(head(classes));
        return layers;
    }

    /** Length of the pooled feature vector. */
    public int features() {
        return layer(POOLING).outputShape().channels();
    }

    /**
     * Finds a layer of the base by name.
     *
     * @throws NoSuchElementException if there is none
     */
    public KerasLayer layer(String name) {
        return base.stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No layer " + name));
    }

    /** Rounds a channel count to a multiple of 8, never down by more than 10% ({@code _make_divisible}). */
    static int makeDivisible(double channels) {
        int divisor = 8;
        int rounded = Math.max(divisor, (int) (channels + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * channels ? rounded + divisor : rounded;
    }

    /** Lays the layers out one after the other. */
    private static final class Builder {
        private final double alpha;
        private final List<KerasLayer> layers = new ArrayList<>();

        Builder(double alpha, int size) {
            this.alpha = alpha;
            FeatureShape image = new FeatureShape(size, size, 3);
            layers.add(new KerasLayer(0, INPUT, LayerType.INPUT, List.of(), image, image, 0, 0));
        }

        List<KerasLayer> build() {
            convolution("Conv1", makeDivisible(32 * alpha), 3, 2);
            sameShape("bn_Conv1", LayerType.BATCH_NORMALIZATION);
            sameShape("Conv1_relu", LayerType.RELU6);
            invertedResidual(0, 16, 1, 1);
            int[][] groups = {{24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1}};
            int block = 1;
            for (int[] group : groups) {
                for (int repeat = 0; repeat < group[1]; repeat++) {
                    invertedResidual(block++, group[0], 6, repeat == 0 ? group[2] : 1);
                }
            }
            convolution("Conv_1", alpha > 1 ? makeDivisible(1280 * alpha) : 1280, 1, 1);
            sameShape("Conv_1_bn", LayerType.BATCH_NORMALIZATION);
            sameShape(LAST_ACTIVATION, LayerType.RELU6);
            FeatureShape last = last().outputShape();
            add(POOLING, LayerType.GLOBAL_AVERAGE_POOLING, new FeatureShape(1, 1, last.channels()), 0, 0);
            return layers;
        }

        private void invertedResidual(int block, int filters, int expansion, int stride) {
            String prefix = block == 0 ? "expanded_conv_" : "block_" + block + "_";
            KerasLayer entry = last();
            int inputChannels = entry.outputShape().channels();
            if (block > 0) {
                convolution(prefix + "expand", expansion * inputChannels, 1, 1);
                sameShape(prefix + "expand_BN", LayerType.BATCH_NORMALIZATION);
                sameShape(prefix + "expand_relu", LayerType.RELU6);
            }
            FeatureShape unpadded = last().outputShape();
            if (stride == 2) {
                add(prefix + "pad", LayerType.ZERO_PADDING, padded(unpadded), 0, 0);
            }
            FeatureShape strided = new FeatureShape(
                    divideUp(unpadded.height(), stride), divideUp(unpadded.width(), stride), unpadded.channels());
            add(prefix + "depthwise", LayerType.DEPTHWISE_CONVOLUTION, strided, 3, stride);
            sameShape(prefix + "depthwise_BN", LayerType.BATCH_NORMALIZATION);
            sameShape(prefix + "depthwise_relu", LayerType.RELU6);
            convolution(prefix + "project", makeDivisible((int) (filters * alpha)), 1, 1);
            sameShape(prefix + "project_BN", LayerType.BATCH_NORMALIZATION);
            if (stride == 1 && last().outputShape().channels() == inputChannels) {
                FeatureShape shape = last().outputShape();
                layers.add(new KerasLayer(
                        layers.size(),
                        prefix + "add",
                        LayerType.ADD,
                        List.of(entry.name(), last().name()),
                        shape,
                        shape,
                        0,
                        0));
            }
        }

        /** Keras's {@code correct_pad} for a 3x3 kernel: one row below, and one above only if the size is odd. */
        private static FeatureShape padded(FeatureShape shape) {
            return new FeatureShape(
                    shape.height() + 1 + shape.height() % 2, shape.width() + 1 + shape.width() % 2, shape.channels());
        }

        private void convolution(String name, int filters, int kernel, int stride) {
            FeatureShape in = last().outputShape();
            FeatureShape out = new FeatureShape(divideUp(in.height(), stride), divideUp(in.width(), stride), filters);
            add(name, LayerType.CONVOLUTION, out, kernel, stride);
        }

        private void sameShape(String name, LayerType type) {
            add(name, type, last().outputShape(), 0, 0);
        }

        private void add(String name, LayerType type, FeatureShape output, int kernel, int stride) {
            KerasLayer previous = last();
            layers.add(new KerasLayer(
                    layers.size(),
                    name,
                    type,
                    List.of(previous.name()),
                    previous.outputShape(),
                    output,
                    kernel,
                    stride));
        }

        private KerasLayer last() {
            return layers.get(layers.size() - 1);
        }

        private static int divideUp(int value, int divisor) {
            return (value + divisor - 1) / divisor;
        }
    }
}

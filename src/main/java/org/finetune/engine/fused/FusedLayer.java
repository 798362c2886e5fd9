package org.finetune.engine.fused;

import java.util.ArrayList;
import java.util.List;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;

/** Keras layers that are executed as one. */
public sealed interface FusedLayer {

    /** Name of the layer whose output is read; padding, which the convolution does itself, is looked through. */
    String input();

    /** Name of the last of the layers. */
    String output();

    FeatureShape outputShape();

    /**
     * A convolution with its batch normalization folded in, and ReLU6 if there is one.
     *
     * @param convolution the convolution, depthwise or not
     * @param normalization the batch normalization behind it
     * @param relu6 whether ReLU6 follows
     */
    record Convolution(KerasLayer convolution, KerasLayer normalization, boolean relu6, String input, String output)
            implements FusedLayer {
        public boolean depthwise() {
            return convolution.type() == LayerType.DEPTHWISE_CONVOLUTION;
        }

        /** Whether every output pixel depends on one input pixel only, so that matrix products do. */
        public boolean pointwise() {
            return !depthwise() && convolution.kernel() == 1;
        }

        /** Whether it projects to a bottleneck, which ends a block unless a residual sum follows. */
        public boolean projects() {
            return pointwise() && !relu6;
        }

        @Override
        public FeatureShape outputShape() {
            return normalization.outputShape();
        }
    }

    /**
     * The sum that ends a residual block.
     *
     * @param entry the block's input, which skips it
     * @param input the block's last layer
     */
    record Residual(String entry, String input, String output, FeatureShape outputShape) implements FusedLayer {}

    /** Global average pooling. */
    record Pooling(String input, String output, FeatureShape inputShape, FeatureShape outputShape)
            implements FusedLayer {}

    /** The layers of the base after {@code cut}, in network order. */
    static List<FusedLayer> after(KerasLayer cut, Architecture architecture) {
        List<KerasLayer> base = architecture.base();
        List<FusedLayer> fused = new ArrayList<>();
        int index = cut.index() + 1;
        while (index < base.size()) {
            KerasLayer layer = base.get(index);
            switch (layer.type()) {
                case ZERO_PADDING -> index++;
                case CONVOLUTION, DEPTHWISE_CONVOLUTION -> {
                    KerasLayer normalization = base.get(index + 1);
                    boolean relu6 = base.get(index + 2).type() == LayerType.RELU6;
                    index += relu6 ? 3 : 2;
                    fused.add(new Convolution(
                            layer,
                            normalization,
                            relu6,
                            unpadded(layer.inputs().get(0), architecture),
                            base.get(index - 1).name()));
                }
                case ADD -> {
                    fused.add(new Residual(
                            layer.inputs().get(0), layer.inputs().get(1), layer.name(), layer.outputShape()));
                    index++;
                }
                case GLOBAL_AVERAGE_POOLING -> {
                    fused.add(
                            new Pooling(layer.inputs().get(0), layer.name(), layer.inputShape(), layer.outputShape()));
                    index++;
                }
                default -> throw new IllegalArgumentException(layer.name() + " cannot follow " + cut.name());
            }
        }
        return fused;
    }

    /**
     * The layers of the base from the images to a layer, in network order.
     *
     * @param last name of the last layer: the input, the end of a block, the last activation or the pooling
     */
    static List<FusedLayer> upTo(String last, Architecture architecture) {
        return between(Architecture.INPUT, last, architecture);
    }

    /**
     * The layers of the base after one layer, up to another, in network order.
     *
     * @param first name of the layer before them: the input or the end of a block
     * @param last name of the last layer: that one, the end of a block, the last activation or the pooling
     */
    static List<FusedLayer> between(String first, String last, Architecture architecture) {
        if (last.equals(first)) {
            return List.of();
        }
        List<FusedLayer> all = after(architecture.layer(first), architecture);
        for (int index = 0; index < all.size(); index++) {
            if (all.get(index).output().equals(last)) {
                return all.subList(0, index + 1);
            }
        }
        throw new IllegalArgumentException("The output of " + last + " cannot be kept");
    }

    private static String unpadded(String name, Architecture architecture) {
        KerasLayer layer = architecture.layer(name);
        return layer.type() == LayerType.ZERO_PADDING ? layer.inputs().get(0) : name;
    }
}

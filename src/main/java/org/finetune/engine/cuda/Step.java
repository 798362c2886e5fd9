package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.FeatureShape;

/**
 * What one kernel computes of the network: a convolution, with the sum that ends a residual block where one follows, or the pooling.
 *
 * @param layer the convolution or the pooling
 * @param input name of the layer whose output is read
 * @param entry name of the layer whose output is added, if one is
 * @param output name of the layer whose output is written
 * @param in extents of the input of an image, without padding
 * @param out extents of the output of an image
 */
record Step(FusedLayer layer, String input, Optional<String> entry, String output, FeatureShape in, FeatureShape out) {

    /** The kinds of kernels. */
    enum Kind {
        /** The first convolution, of RGB. */
        STEM,
        DEPTHWISE,
        POINTWISE,
        POOLING
    }

    /**
     * The steps that execute layers.
     *
     * @param shape extents of what the first layer reads
     * @param layers layers in network order, each sum with the projection before it
     */
    static List<Step> of(FeatureShape shape, List<FusedLayer> layers) {
        Map<String, FeatureShape> shapes = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < layers.size(); index++) {
            FusedLayer layer = layers.get(index);
            FeatureShape in = shapes.getOrDefault(layer.input(), shape);
            Optional<String> entry = Optional.empty();
            String output = layer.output();
            if (index + 1 < layers.size() && layers.get(index + 1) instanceof FusedLayer.Residual sum) {
                entry = Optional.of(sum.entry());
                output = sum.output();
                index++;
            }
            steps.add(new Step(layer, layer.input(), entry, output, in, layer.outputShape()));
            shapes.put(output, layer.outputShape());
        }
        return steps;
    }

    Kind kind() {
        if (!(layer instanceof FusedLayer.Convolution convolution)) {
            return Kind.POOLING;
        }
        if (convolution.depthwise()) {
            return Kind.DEPTHWISE;
        }
        return convolution.pointwise() ? Kind.POINTWISE : Kind.STEM;
    }

    Optional<FusedLayer.Convolution> convolution() {
        return layer instanceof FusedLayer.Convolution convolution ? Optional.of(convolution) : Optional.empty();
    }

    boolean relu6() {
        return layer instanceof FusedLayer.Convolution convolution && convolution.relu6();
    }

    int stride() {
        return convolution().map(found -> found.convolution().stride()).orElse(1);
    }

    /** Rows and columns of zeros before the image, as TensorFlow's SAME padding has them for a window of 3 pixels. */
    int pad() {
        return Math.max(0, (out.height() - 1) * stride() + 3 - in.height()) / 2;
    }

    /** Pixels of the output of an image. */
    int pixels() {
        return out.height() * out.width();
    }
}

package org.finetune.export.pytorch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune.export.KernelLayout;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.MobileNetV2;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * Parameters as torchvision's {@code mobilenet_v2} has them in its {@code state_dict}. Two things differ besides names and
 * layouts:
 *
 * <ul>
 *   <li>Where a convolution halves the size, Keras pads below and to the right, torchvision on all sides, of which it uses
 *       those above and to the left. So kernels are rotated by 180 degrees, and images have to be, too.
 *   <li>Keras adds another epsilon to variances. The difference is added here.
 * </ul>
 */
final class TorchParameters {
    private static final double EPSILON = 1e-5;
    private static final double ADDED_VARIANCE = MobileNetV2.BATCH_NORMALIZATION_EPSILON - EPSILON;

    private static final Pattern BLOCK =
            Pattern.compile("(?:expanded_conv|block_(\\d+))_(expand|depthwise|project)(_BN)?");
    private static final Map<String, String> OUTSIDE_BLOCKS = Map.of(
            "Conv1",
            "features.0.0",
            "bn_Conv1",
            "features.0.1",
            "Conv_1",
            "features.18.0",
            "Conv_1_bn",
            "features.18.1",
            Architecture.PREDICTIONS,
            "classifier.1");

    private TorchParameters() {}

    /** Converts the parameters of a network. */
    static Map<String, Tensor> of(Weights weights, List<KerasLayer> network) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        for (KerasLayer layer : network) {
            for (String parameter : layer.type().parameterNames()) {
                parameters.put(name(layer, parameter), toTorch(layer, parameter, weights.get(layer.name(), parameter)));
            }
        }
        return parameters;
    }

    /** Converts them back. */
    static Weights toWeights(Map<String, Tensor> parameters, List<KerasLayer> network) {
        Weights weights = new Weights();
        for (KerasLayer layer : network) {
            for (String parameter : layer.type().parameterNames()) {
                Tensor tensor = parameters.get(name(layer, parameter));
                if (tensor == null) {
                    throw new IllegalArgumentException("There is no " + name(layer, parameter));
                }
                weights.put(layer.name(), parameter, toKeras(layer, parameter, tensor));
            }
        }
        return weights;
    }

    private static Tensor toTorch(KerasLayer layer, String parameter, Tensor tensor) {
        return switch (parameter) {
            case "moving_variance" -> plus(tensor, ADDED_VARIANCE);
            case "depthwise_kernel" -> rotated(KernelLayout.outputFirst(tensor, true));
            case "kernel" -> layer.type() == LayerType.DENSE
                    ? KernelLayout.transposed(tensor)
                    : rotated(KernelLayout.outputFirst(tensor, false));
            default -> tensor;
        };
    }

    private static Tensor toKeras(KerasLayer layer, String parameter, Tensor tensor) {
        return switch (parameter) {
            case "moving_variance" -> plus(tensor, -ADDED_VARIANCE);
            case "depthwise_kernel" -> KernelLayout.outputLast(rotated(tensor), true);
            case "kernel" -> layer.type() == LayerType.DENSE
                    ? KernelLayout.transposed(tensor)
                    : KernelLayout.outputLast(rotated(tensor), false);
            default -> tensor;
        };
    }

    private static Tensor plus(Tensor tensor, double summand) {
        Tensor sum = tensor.copy();
        for (int i = 0; i < sum.values().length; i++) {
            sum.values()[i] = (float) (sum.values()[i] + summand);
        }
        return sum;
    }

    /** A kernel {@code [oC,iC,kH,kW]} rotated by 180 degrees: the places of each window in reverse order. */
    private static Tensor rotated(Tensor kernel) {
        int window = (int) (kernel.shape()[2] * kernel.shape()[3]);
        Tensor rotated = kernel.copy();
        for (int i = 0; i < rotated.values().length; i++) {
            rotated.values()[i] = kernel.values()[i + window - 1 - 2 * (i % window)];
        }
        return rotated;
    }

    private static String name(KerasLayer layer, String parameter) {
        return module(layer.name())
                + switch (parameter) {
                    case "kernel", "depthwise_kernel", "gamma" -> ".weight";
                    case "beta", "bias" -> ".bias";
                    case "moving_mean" -> ".running_mean";
                    case "moving_variance" -> ".running_var";
                    default -> throw new IllegalArgumentException(parameter);
                };
    }

    /** The module of a layer. Convolution and normalization are a pair, except those that project. */
    private static String module(String layer) {
        Matcher block = BLOCK.matcher(layer);
        if (!block.matches()) {
            return OUTSIDE_BLOCKS.get(layer);
        }
        boolean first = block.group(1) == null;
        int number = first ? 0 : Integer.parseInt(block.group(1));
        int normalization = block.group(3) == null ? 0 : 1;
        // The first block does not expand.
        int before = first ? 1 : 0;
        String conv = "features." + (number + 1) + ".conv.";
        return switch (block.group(2)) {
            case "expand" -> conv + "0." + normalization;
            case "depthwise" -> conv + (1 - before) + "." + normalization;
            default -> conv + (2 - before + normalization);
        };
    }
}

package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import org.finetune.cli.terminal.Terminal;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;

/** The layers of a classifier, with what phase 2 trains of them. */
public final class LayerTable {
    private final Architecture architecture;
    private final List<KerasLayer> layers;
    private final FreezeBoundary boundary;

    /**
     * Describes a classifier.
     *
     * @param classes number of classes
     * @param unfreeze number of layers, counted from the pooling back, that phase 2 trains beside the head
     */
    public LayerTable(Architecture architecture, int classes, int unfreeze) {
        this.architecture = architecture;
        this.layers = architecture.network(classes);
        this.boundary = new FreezeBoundary(architecture, unfreeze);
    }

    public void print(PrintWriter out, Terminal terminal) {
        out.println("MobileNetV2, alpha " + architecture.alpha() + ", input " + architecture.size() + "x"
                + architecture.size());
        out.println();
        TextTable table = new TextTable(">Index", "Layer", "Type", "Output", ">Parameters", "Phase 2");
        table.canDoWithout("Type", "Output");
        for (KerasLayer layer : layers) {
            table.row(
                    layer.index(),
                    layer.name(),
                    kerasType(layer.type()),
                    shape(layer),
                    layer.hasParameters() ? count(layer.parameterCount()) : "",
                    state(layer));
        }
        table.print(out, terminal);
        out.println();
        long total = layers.stream().mapToLong(KerasLayer::parameterCount).sum();
        out.println("Parameters: " + count(total) + ", of which phase 2 trains " + count(trainable()));
    }

    /** Number of parameters that phase 2 trains, the head's included. */
    long trainable() {
        return layers.stream()
                .filter(layer -> !boundary.isFrozen(layer))
                .mapToLong(KerasLayer::trainableCount)
                .sum();
    }

    private String state(KerasLayer layer) {
        if (!layer.hasParameters()) {
            return "";
        }
        return boundary.isFrozen(layer) ? "frozen" : "trained";
    }

    private static String shape(KerasLayer layer) {
        return switch (layer.type()) {
            case GLOBAL_AVERAGE_POOLING, DROPOUT, DENSE -> Integer.toString(
                    layer.outputShape().channels());
            default -> layer.outputShape().toString();
        };
    }

    private static String count(long parameters) {
        return String.format("%,d", parameters);
    }

    private static String kerasType(LayerType type) {
        return switch (type) {
            case INPUT -> "InputLayer";
            case CONVOLUTION -> "Conv2D";
            case DEPTHWISE_CONVOLUTION -> "DepthwiseConv2D";
            case BATCH_NORMALIZATION -> "BatchNormalization";
            case RELU6 -> "ReLU";
            case ZERO_PADDING -> "ZeroPadding2D";
            case ADD -> "Add";
            case GLOBAL_AVERAGE_POOLING -> "GlobalAveragePooling2D";
            case DROPOUT -> "Dropout";
            case DENSE -> "Dense";
        };
    }
}

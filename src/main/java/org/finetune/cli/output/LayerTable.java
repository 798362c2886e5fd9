package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.cli.terminal.Terminal;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.settings.Unfreezing;

/** The layers of a classifier, with what phase 2 trains of them. */
public final class LayerTable {
    private final Architecture architecture;
    private final List<KerasLayer> layers;
    private final List<Integer> stages;
    private final List<FreezeBoundary> boundaries;

    /**
     * Describes a classifier.
     *
     * @param classes number of classes
     * @param stages number of layers, counted from the pooling back, that each stage of phase 2 trains beside the head
     */
    public LayerTable(Architecture architecture, int classes, List<Integer> stages) {
        this.architecture = architecture;
        this.layers = architecture.network(classes);
        this.stages = stages;
        this.boundaries = stages.stream()
                .map(unfreeze -> new FreezeBoundary(architecture, unfreeze))
                .toList();
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
                    layer.type().kerasClass(),
                    shape(layer),
                    layer.hasParameters() ? count(layer.parameterCount()) : "",
                    state(layer));
        }
        table.print(out, terminal);
        out.println();
        long total = layers.stream().mapToLong(KerasLayer::parameterCount).sum();
        out.println("Parameters: " + count(total) + ", of which phase 2 trains " + trained());
    }

    private String trained() {
        if (stages.size() == 1) {
            return count(trainable(boundaries.get(0)));
        }
        return IntStream.range(0, stages.size())
                .mapToObj(stage -> count(trainable(boundaries.get(stage))) + " in stage " + (stage + 1) + " ("
                        + Unfreezing.text(stages.get(stage)) + " layers)")
                .collect(Collectors.joining(", "));
    }

    /** Number of parameters that a stage trains, the head's included. */
    private long trainable(FreezeBoundary boundary) {
        return layers.stream()
                .filter(layer -> !boundary.isFrozen(layer))
                .mapToLong(KerasLayer::trainableCount)
                .sum();
    }

    private String state(KerasLayer layer) {
        if (!layer.hasParameters()) {
            return "";
        }
        long frozen =
                boundaries.stream().filter(boundary -> boundary.isFrozen(layer)).count();
        if (frozen == stages.size()) {
            return "frozen";
        }
        return frozen == 0 ? "trained" : "trained from stage " + (frozen + 1);
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
}

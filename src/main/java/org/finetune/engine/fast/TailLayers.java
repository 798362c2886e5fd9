package org.finetune.engine.fast;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.FeatureShape;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/** The layers between the cut and the head of a tail, with the parameters of their convolutions. */
final class TailLayers implements AutoCloseable {
    private final List<FusedLayer> layers;
    private final ParameterVector parameters;
    /** By {@link FusedLayer#output}, as those that are trained. */
    private final Map<String, FoldedConvolution> convolutions = new HashMap<>();

    private final Map<String, TrainedConvolution> trained = new LinkedHashMap<>();
    /** Names of the layers that a trained parameter has influence on. */
    private final Set<String> influenced = new HashSet<>();

    /**
     * Folds the batch normalizations in.
     *
     * @param boundary what is trained
     * @param weights initial parameters of all layers
     * @param parameters the trained parameters, those of the head included
     * @param parts number of parts that a batch is divided into at most
     */
    TailLayers(FreezeBoundary boundary, Weights weights, ParameterVector parameters, int parts) {
        this.layers = FusedLayer.after(boundary.cut(), boundary.architecture());
        this.parameters = parameters;
        for (FusedLayer layer : layers) {
            if (layer instanceof FusedLayer.Convolution convolution) {
                FoldedConvolution folded = FoldedConvolution.of(convolution, FoldedKernel.of(convolution, weights));
                convolutions.put(layer.output(), folded);
                if (!boundary.isFrozen(convolution.normalization())) {
                    trained.put(layer.output(), new TrainedConvolution(folded, parameters, weights, parts));
                }
            }
            if (trained.containsKey(layer.output()) || influenced.contains(layer.input())) {
                influenced.add(layer.output());
            }
        }
    }

    /** In network order. */
    List<FusedLayer> list() {
        return layers;
    }

    /** Extents of the pooled features. */
    FeatureShape outputShape() {
        return layers.get(layers.size() - 1).outputShape();
    }

    boolean isEmpty() {
        return layers.isEmpty();
    }

    /** The trained parameters, those of the head included. */
    ParameterVector parameters() {
        return parameters;
    }

    FoldedConvolution folded(FusedLayer layer) {
        return convolutions.get(layer.output());
    }

    TrainedConvolution trained(FusedLayer layer) {
        return trained.get(layer.output());
    }

    /** Whether a trained parameter has influence on a layer's output. */
    boolean influenced(String layer) {
        return influenced.contains(layer);
    }

    /**
     * A plan for each member of a team: the trained convolutions are divided so that all have about as many parameters.
     *
     * @param step adds what is to be done for a convolution
     */
    List<Plan> share(int members, OpProfile profile, BiConsumer<TrainedConvolution, Plan> step) {
        List<Plan> plans =
                Stream.generate(() -> new Plan(profile)).limit(members).toList();
        long[] sizes = new long[members];
        List<TrainedConvolution> largestFirst = trained.values().stream()
                .sorted(Comparator.comparingLong(TrainedConvolution::size).reversed())
                .toList();
        for (TrainedConvolution convolution : largestFirst) {
            int least = 0;
            for (int member = 1; member < members; member++) {
                least = sizes[member] < sizes[least] ? member : least;
            }
            step.accept(convolution, plans.get(least));
            sizes[least] += convolution.size();
        }
        return plans;
    }

    @Override
    public void close() {
        trained.values().forEach(TrainedConvolution::close);
        convolutions.values().forEach(FoldedConvolution::close);
    }
}

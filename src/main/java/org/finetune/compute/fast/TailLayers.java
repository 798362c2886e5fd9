package org.finetune.compute.fast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/** The layers between the cut and the head of a tail, with the parameters of their convolutions. */
final class TailLayers implements AutoCloseable {
    private final List<FusedLayer> layers;
    /** By {@link FusedLayer#output}, as those that are trained. */
    private final Map<String, FoldedConvolution> convolutions = new HashMap<>();

    private final Map<String, TrainedConvolution> trained = new LinkedHashMap<>();
    /** Names of the layers that a trained parameter has influence on. */
    private final Set<String> influenced = new HashSet<>();

    /**
     * Folds the batch normalizations in.
     *
     * @param parameters the trained parameters
     * @param weights initial parameters of all layers
     * @param parts number of parts that a batch is divided into at most
     */
    TailLayers(
            List<FusedLayer> layers, Weights weights, FreezeBoundary boundary, ParameterVector parameters, int parts) {
        this.layers = layers;
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

    boolean isEmpty() {
        return layers.isEmpty();
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

    /** The trained convolutions, divided so that the shares have about as many parameters. */
    List<List<TrainedConvolution>> shares(int count) {
        List<List<TrainedConvolution>> shares = new ArrayList<>();
        long[] sizes = new long[count];
        for (int share = 0; share < count; share++) {
            shares.add(new ArrayList<>());
        }
        List<TrainedConvolution> largestFirst = trained.values().stream()
                .sorted(Comparator.comparingLong(TrainedConvolution::size).reversed())
                .toList();
        for (TrainedConvolution convolution : largestFirst) {
            int smallest = 0;
            for (int share = 1; share < count; share++) {
                smallest = sizes[share] < sizes[smallest] ? share : smallest;
            }
            shares.get(smallest).add(convolution);
            sizes[smallest] += convolution.size();
        }
        return shares;
    }

    @Override
    public void close() {
        trained.values().forEach(TrainedConvolution::close);
        convolutions.values().forEach(FoldedConvolution::close);
    }
}

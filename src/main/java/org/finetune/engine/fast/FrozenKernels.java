package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.FeatureShape;
import org.finetune.model.Weights;

/** Folded kernels of frozen layers on the backend: each is made when it is first asked for, and all plans share it. */
final class FrozenKernels implements AutoCloseable {
    private final Weights weights;
    private final Map<String, FoldedConvolution> convolutions = new HashMap<>();
    private final Map<String, float[]> biases = new HashMap<>();
    private final Map<String, BottleneckReader> readers = new HashMap<>();

    FrozenKernels(Weights weights) {
        this.weights = weights;
    }

    /** The convolution; one that projects to a widened bottleneck writes the ones, too. */
    FoldedConvolution convolution(FusedLayer.Convolution layer) {
        return convolutions.computeIfAbsent(layer.output(), name -> {
            FoldedKernel folded = FoldedKernel.of(layer, weights);
            boolean widened = layer.projects() && Bottleneck.widened(layer.outputShape());
            return FoldedConvolution.of(layer, widened ? folded.widened() : folded);
        });
    }

    /** The folded bias of a convolution. */
    float[] bias(FusedLayer.Convolution layer) {
        return biases.computeIfAbsent(
                layer.output(), name -> FoldedKernel.of(layer, weights).bias());
    }

    /** The convolution as one that reads this bottleneck. */
    BottleneckReader reader(FusedLayer.Convolution layer, Bottleneck bottleneck) {
        return reader(layer.output(), () -> {
            FoldedKernel folded = FoldedKernel.of(layer, weights);
            return BottleneckReader.of(bottleneck, folded.kernel(), folded.bias());
        });
    }

    /** What gives the output of the layer that left this bottleneck. */
    BottleneckReader identity(FusedLayer layer, Bottleneck bottleneck) {
        return reader(layer.output(), () -> BottleneckReader.identity(bottleneck));
    }

    /** What copies the whole output of a layer of that shape into {@link Bottleneck#take room for it}. */
    BottleneckReader copy(FeatureShape shape) {
        return reader("", () -> BottleneckReader.copy(shape));
    }

    private BottleneckReader reader(String layer, Supplier<BottleneckReader> made) {
        return readers.computeIfAbsent(layer, name -> made.get());
    }

    @Override
    public void close() {
        convolutions.values().forEach(FoldedConvolution::close);
        readers.values().forEach(BottleneckReader::close);
    }
}

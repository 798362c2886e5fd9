package org.finetune.model;

import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.zoo.PretrainedType;

/**
 * A classifier as a graph of stock layers, made from the zoo model with Deeplearning4j's transfer learning: frozen up to a
 * boundary and with a new head, to be trained. It is saved with nothing frozen.
 *
 * @param architecture width multiplier and input size
 * @param classes outputs of the new head
 * @param dropout share of features dropped, in [0, 1)
 * @param learningRate Adam learning rate
 * @param seed seed in the graph's configuration
 */
public record TransferGraph(Architecture architecture, int classes, double dropout, double learningRate, long seed) {

    /**
     * The graph to train: what is below the boundary frozen, the head replaced by dropout and a new softmax layer, Adam's
     * state fresh.
     *
     * @param weights parameters of base and head
     */
    public ComputationGraph frozen(Weights weights, FreezeBoundary boundary) {
        ComputationGraph pretrained = new MobileNetV2(
                        architecture, MobileNetV2.IMAGENET_CLASSES, seed, wanted -> weights)
                .initPretrained(PretrainedType.IMAGENET);
        TransferLearning.GraphBuilder builder =
                new TransferLearning.GraphBuilder(pretrained).fineTuneConfiguration(fineTune());
        if (boundary.lastFrozen().type() != LayerType.INPUT) {
            builder.setFeatureExtractor(boundary.lastFrozen().name());
        }
        ComputationGraph graph = builder.removeVertexAndConnections(Architecture.PREDICTIONS)
                .removeVertexAndConnections(Architecture.DROPOUT)
                .addLayer(Architecture.DROPOUT, new DropoutLayer.Builder(1 - dropout).build(), Architecture.POOLING)
                .addLayer(
                        Architecture.PREDICTIONS,
                        MobileNetV2.predictions(architecture.features(), classes),
                        Architecture.DROPOUT)
                .setOutputs(Architecture.PREDICTIONS)
                .build();
        GraphWeights.write(weights, graph, architecture.head(classes));
        return graph;
    }

    /** The configuration to save: that of this graph with nothing of it frozen, as Deeplearning4j writes it in UTF-8. */
    byte[] configuration() {
        return ModelConfiguration.of(architecture.network(classes), 1 - dropout, learningRate, seed);
    }

    /** Leaves the seed as it is: left out, it would be the time of day. */
    private FineTuneConfiguration fineTune() {
        return new FineTuneConfiguration.Builder()
                .updater(MobileNetV2.adam(learningRate))
                .seed(seed)
                .build();
    }
}

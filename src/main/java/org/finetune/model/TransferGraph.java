package org.finetune.model;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;

/** The recipe's graphs, made from one another with Deeplearning4j's transfer learning. */
public final class TransferGraph {
    private TransferGraph() {}

    /**
     * The graph of phase 1: the base frozen, the head replaced by dropout and a new softmax layer.
     *
     * @param pretrained the zoo model
     * @param classes outputs of the new head
     * @param dropout share of features dropped, in [0, 1)
     * @param learningRate Adam learning rate
     */
    public static ComputationGraph withNewHead(
            ComputationGraph pretrained, Architecture architecture, int classes, double dropout, double learningRate) {
        return new TransferLearning.GraphBuilder(pretrained)
                .fineTuneConfiguration(fineTune(pretrained, learningRate))
                .setFeatureExtractor(Architecture.POOLING)
                .removeVertexAndConnections(Architecture.PREDICTIONS)
                .removeVertexAndConnections(Architecture.DROPOUT)
                .addLayer(Architecture.DROPOUT, new DropoutLayer.Builder(1 - dropout).build(), Architecture.POOLING)
                .addLayer(
                        Architecture.PREDICTIONS,
                        MobileNetV2.predictions(architecture.features(), classes),
                        Architecture.DROPOUT)
                .setOutputs(Architecture.PREDICTIONS)
                .build();
    }

    /** The graph of phase 2: the same parameters, frozen only below the boundary, with fresh Adam state. */
    public static ComputationGraph refrozen(ComputationGraph graph, FreezeBoundary boundary, double learningRate) {
        TransferLearning.GraphBuilder builder =
                new TransferLearning.GraphBuilder(unfrozen(graph)).fineTuneConfiguration(fineTune(graph, learningRate));
        if (boundary.lastFrozen().type() != LayerType.INPUT) {
            builder.setFeatureExtractor(boundary.lastFrozen().name());
        }
        return builder.build();
    }

    /**
     * The same network with no frozen layers. The transfer learning API can only freeze, so the configuration is
     * rebuilt with each frozen layer replaced by the layer inside it.
     */
    public static ComputationGraph unfrozen(ComputationGraph graph) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            if (entry.getValue() instanceof FrozenVertex frozen) {
                entry.setValue(frozen.getUnderlying());
            } else if (entry.getValue() instanceof LayerVertex vertex) {
                NeuralNetConfiguration layer = vertex.getLayerConf();
                if (layer.getLayer() instanceof FrozenLayer frozen) {
                    layer.setLayer(frozen.getLayer());
                }
            }
        }
        ComputationGraph unfrozen = new ComputationGraph(configuration);
        unfrozen.init(graph.params().dup(), false);
        return unfrozen;
    }

    /** Keeps the graph's seed: left out, it would be the time of day. */
    private static FineTuneConfiguration fineTune(ComputationGraph graph, double learningRate) {
        return new FineTuneConfiguration.Builder()
                .updater(MobileNetV2.adam(learningRate))
                .seed(graph.getConfiguration().getDefaultConfiguration().getSeed())
                .build();
    }
}

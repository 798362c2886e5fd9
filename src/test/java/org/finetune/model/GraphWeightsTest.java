package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;

class GraphWeightsTest {
    private static final int CLASSES = 3;

    private final Architecture architecture = Architecture.of(0.35, 32);
    private final List<KerasLayer> network = architecture.network(CLASSES);
    private final Weights weights = RandomWeights.of(network, 3);

    private ComputationGraph graph() {
        ComputationGraph graph = new MobileNetV2(architecture, CLASSES, 1, wanted -> weights).init();
        GraphWeights.write(weights, graph, network);
        return graph;
    }

    @Test
    void whatIsWrittenIsReadBackBitForBit() {
        assertEquals(weights, GraphWeights.read(graph(), network));
    }
}

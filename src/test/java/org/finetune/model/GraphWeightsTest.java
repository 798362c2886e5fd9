package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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

    @Test
    void freezingAndUnfreezingKeepParametersAndOutput() {
        ComputationGraph graph = graph();
        INDArray images = Nd4j.rand(DataType.FLOAT, 2, 32, 32, 3);
        INDArray expected = graph.outputSingle(images).dup();
        ComputationGraph frozen = TransferGraph.refrozen(graph, new FreezeBoundary(architecture, 20), 1e-5);
        ComputationGraph unfrozen = TransferGraph.unfrozen(frozen);
        for (ComputationGraph other : List.of(frozen, unfrozen)) {
            assertEquals(weights, GraphWeights.read(other, network));
            assertEquals(expected, other.outputSingle(images));
        }
    }
}

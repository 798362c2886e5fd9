package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoefficientLayoutTest {
    private static final int CLASSES = 4;

    @ParameterizedTest
    @ValueSource(doubles = {0.35, 1.4})
    void vectorOfAGraphComesApartAsItsParameters(double alpha) {
        Architecture architecture = Architecture.of(alpha, 32);
        List<KerasLayer> network = architecture.network(CLASSES);
        Weights weights = RandomWeights.of(network, 8);
        ComputationGraph graph = new MobileNetV2(architecture, CLASSES, 1, wanted -> weights).init();
        GraphWeights.write(weights, graph, network);
        float[] coefficients = graph.params().dup().data().asFloat();
        assertEquals(CoefficientLayout.length(network), coefficients.length);
        assertEquals(weights, CoefficientLayout.weights(coefficients, network));
    }
}

package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TransferGraphTest {
    private static final int CLASSES = 3;
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 32);
    private static final List<KerasLayer> NETWORK = ARCHITECTURE.network(CLASSES);
    private static final Weights WEIGHTS = RandomWeights.of(NETWORK, 3);
    private static final TransferGraph TRANSFER = new TransferGraph(ARCHITECTURE, CLASSES, 0.2, 1e-3, 42);

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 1000})
    void layersBelowTheBoundaryAreFrozen(int unfreeze) {
        FreezeBoundary boundary = new FreezeBoundary(ARCHITECTURE, unfreeze);
        ComputationGraph graph = TRANSFER.frozen(WEIGHTS, boundary);
        for (KerasLayer layer : NETWORK) {
            if (layer.hasParameters()) {
                boolean frozen = graph.getLayer(layer.name()) instanceof FrozenLayer;
                assertEquals(boundary.isFrozen(layer), frozen, layer.name());
            }
        }
    }

    @Test
    void frozenOrNotParametersAndOutputAreThoseOfTheZooModel() {
        ComputationGraph zoo = new MobileNetV2(ARCHITECTURE, CLASSES, 1, wanted -> WEIGHTS).init();
        GraphWeights.write(WEIGHTS, zoo, NETWORK);
        INDArray images = Nd4j.rand(DataType.FLOAT, 2, 32, 32, 3);
        INDArray expected = zoo.outputSingle(images).dup();
        for (ComputationGraph graph :
                List.of(TRANSFER.frozen(WEIGHTS, new FreezeBoundary(ARCHITECTURE, 20)), TRANSFER.unfrozen(WEIGHTS))) {
            assertEquals(WEIGHTS, GraphWeights.read(graph, NETWORK));
            assertEquals(expected, graph.outputSingle(images));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.35, 33", "1.4, 62"})
    void configurationIsTheOneThatIsExpectedOfModelFiles(double alpha, int size) throws Exception {
        Architecture architecture = Architecture.of(alpha, size);
        String configuration = new MobileNetV2(architecture, 4, 1, wanted -> WEIGHTS)
                .init()
                .getConfiguration()
                .toJson();
        ModelConfiguration.check(configuration.getBytes(StandardCharsets.UTF_8), architecture.network(4));
    }

    /** The digests are those of models that earlier versions have saved. */
    @ParameterizedTest
    @CsvSource({
        "5, 0.2, df68c0101426983e54beab91fc3d68511d7ec2d73af0124d946511df6b154fb2",
        "3, 0.3, 4ebe3a9084523f21e36000ed2b1d4c87bf2c1de0506ecf51011207f7dd958f08"
    })
    void configurationOfASavedModelStaysTheSameToTheByte(int classes, double dropout, String sha256) throws Exception {
        Architecture architecture = Architecture.of(0.35, 96);
        String configuration = new TransferGraph(architecture, classes, dropout, 1e-3, 42)
                .unfrozen(RandomWeights.of(architecture.network(classes), 3))
                .getConfiguration()
                .toJson();
        // What they have saved is accepted.
        ModelConfiguration.check(configuration.getBytes(StandardCharsets.UTF_8), architecture.network(classes));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(configuration.getBytes(StandardCharsets.UTF_8));
        assertEquals(sha256, HexFormat.of().formatHex(digest));
    }
}

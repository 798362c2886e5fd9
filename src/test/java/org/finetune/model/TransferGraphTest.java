package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.finetune.hash.Sha256;
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
                List.of(TRANSFER.frozen(WEIGHTS, new FreezeBoundary(ARCHITECTURE, 20)), unfrozen(TRANSFER, WEIGHTS))) {
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

    @ParameterizedTest
    @CsvSource({"0.35, 33, 3, 0, 0.001, 42", "1.4, 62, 7, 0.3, 1.23E-5, -9007199254740993", "1.0, 96, 2, 0.9, 12, 0"})
    void savedConfigurationIsWhatDeeplearning4jWrites(
            double alpha, int size, int classes, double dropout, double learningRate, long seed) {
        TransferGraph graph = new TransferGraph(Architecture.of(alpha, size), classes, dropout, learningRate, seed);
        Weights weights = RandomWeights.of(graph.architecture().network(classes), 3);
        assertEquals(
                unfrozen(graph, weights).getConfiguration().toJson(),
                new String(graph.configuration(), StandardCharsets.UTF_8));
    }

    /** The digests are those of models that earlier versions have saved. */
    @ParameterizedTest
    @CsvSource({
        "5, 0.2, df68c0101426983e54beab91fc3d68511d7ec2d73af0124d946511df6b154fb2",
        "3, 0.3, 4ebe3a9084523f21e36000ed2b1d4c87bf2c1de0506ecf51011207f7dd958f08"
    })
    void configurationOfASavedModelStaysTheSameToTheByte(int classes, double dropout, String sha256) throws Exception {
        Architecture architecture = Architecture.of(0.35, 96);
        byte[] configuration = new TransferGraph(architecture, classes, dropout, 1e-3, 42).configuration();
        // What they have saved is accepted.
        ModelConfiguration.check(configuration, architecture.network(classes));
        assertEquals(sha256, Sha256.of(configuration));
    }

    @Test
    void savedModelHasTheBytesOfTheGraphThatDeeplearning4jMakes() throws IOException {
        SavedModel model = new SavedModel(ARCHITECTURE, List.of("a", "b", "c"), 20, Map.of(), WEIGHTS);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ModelFile.write(expected, model, unfrozen(TRANSFER, WEIGHTS));
        ByteArrayOutputStream actual = new ByteArrayOutputStream();
        ModelFile.write(actual, model, TRANSFER);
        assertArrayEquals(expected.toByteArray(), actual.toByteArray());
    }

    /**
     * The graph with no frozen layers. The transfer learning API can only freeze, so the configuration is rebuilt with each
     * frozen layer replaced by the layer inside it.
     */
    private static ComputationGraph unfrozen(TransferGraph transfer, Weights weights) {
        ComputationGraph graph = transfer.frozen(weights, FreezeBoundary.headOnly(transfer.architecture()));
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            if (entry.getValue() instanceof FrozenVertex frozen) {
                entry.setValue(frozen.getUnderlying());
            } else if (entry.getValue() instanceof LayerVertex vertex) {
                NeuralNetConfiguration layer = vertex.getLayerConf();
                if (layer.getLayer() instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer frozen) {
                    layer.setLayer(frozen.getLayer());
                }
            }
        }
        ComputationGraph unfrozen = new ComputationGraph(configuration);
        unfrozen.init(graph.params().dup(), false);
        return unfrozen;
    }
}

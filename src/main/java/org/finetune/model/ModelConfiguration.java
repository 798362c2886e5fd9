package org.finetune.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deeplearning4j's description of the network in a model file. Deeplearning4j makes an object of whatever class it names;
 * this program makes none of it, but refuses a file that would do harm in a program that does.
 */
final class ModelConfiguration {
    private static final String CLASS = "@class";

    /** What a MobileNetV2 is made of. */
    private static final Set<String> CLASSES = Set.of(
            "org.deeplearning4j.nn.conf.dropout.Dropout",
            "org.deeplearning4j.nn.conf.graph.ElementWiseVertex",
            "org.deeplearning4j.nn.conf.graph.LayerVertex",
            "org.deeplearning4j.nn.conf.layers.ActivationLayer",
            "org.deeplearning4j.nn.conf.layers.BatchNormalization",
            "org.deeplearning4j.nn.conf.layers.ConvolutionLayer",
            "org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D",
            "org.deeplearning4j.nn.conf.layers.DropoutLayer",
            "org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer",
            "org.deeplearning4j.nn.conf.layers.OutputLayer",
            "org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer",
            "org.deeplearning4j.nn.weights.WeightInitRelu",
            "org.deeplearning4j.nn.weights.WeightInitXavier",
            "org.deeplearning4j.nn.weights.WeightInitXavierUniform",
            "org.nd4j.linalg.activations.impl.ActivationIdentity",
            "org.nd4j.linalg.activations.impl.ActivationReLU6",
            "org.nd4j.linalg.activations.impl.ActivationSigmoid",
            "org.nd4j.linalg.activations.impl.ActivationSoftmax",
            "org.nd4j.linalg.learning.config.Adam",
            "org.nd4j.linalg.lossfunctions.impl.LossMCXENT");

    private static final int MAX_NESTING = 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ModelConfiguration() {}

    /**
     * Checks that a configuration is that of a network and names no class but Deeplearning4j's own.
     *
     * @param json text in UTF-8
     * @throws IOException saying what is wrong
     */
    static void check(byte[] json, List<KerasLayer> network) throws IOException {
        Set<String> missing = network.stream()
                .filter(layer -> layer.type() != LayerType.INPUT)
                .map(KerasLayer::name)
                .collect(Collectors.toCollection(HashSet::new));
        int classes = network.get(network.size() - 1).outputShape().channels();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no object");
            }
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    field(parser, missing, classes);
                } else if (parser.getParsingContext().inRoot() && parser.nextToken() != null) {
                    throw new IOException("its configuration has something after its end");
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new IOException("it lacks the layer " + missing.iterator().next());
        }
    }

    private static void field(JsonParser parser, Set<String> missing, int classes) throws IOException {
        String name = parser.currentName();
        if (name.startsWith("@") || name.equals("nout")) {
            String pointer = parser.getParsingContext().pathAsPointer().toString();
            parser.nextToken();
            String value = parser.getText();
            if (name.startsWith("@") && !(name.equals(CLASS) && CLASSES.contains(value))) {
                throw new IOException("it names the class '" + ModelArchive.shortened(value)
                        + "', which is none of Deeplearning4j's layers for this network");
            }
            if (pointer.equals("/vertices/" + Architecture.PREDICTIONS + "/layerConf/layer/nout")
                    && parser.getValueAsInt() != classes) {
                throw new IOException(
                        "it has " + ModelArchive.shortened(value) + " outputs for " + classes + " classes");
            }
        } else if (isVertex(parser.getParsingContext())) {
            missing.remove(name);
        }
    }

    /** Whether the current name is that of an entry of the object "vertices" at the top. */
    private static boolean isVertex(JsonStreamContext context) {
        JsonStreamContext parent = context.getParent();
        return "vertices".equals(parent.getCurrentName()) && parent.getParent().inRoot();
    }
}

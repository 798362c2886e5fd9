package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.finetune.export.Operators;
import org.finetune.export.Operators.Window;
import org.finetune.model.Tensor;

/**
 * Runs the network that a configuration of Keras 2 or Keras 3 describes, made of the few layers that {@link KerasTopology} uses,
 * as Keras defines them.
 */
final class KerasInterpreter {
    private final List<Layer> layers = new ArrayList<>();
    /** Indices of the layers that are the last to read another's output. */
    private final Map<String, Integer> lastReaders = new HashMap<>();

    /** A layer; its parameters are in Keras's order. */
    private record Layer(String name, String className, JsonNode config, List<String> inputs, List<Tensor> parameters) {

        Tensor parameter(int index) {
            return parameters.get(index);
        }

        int integer(String key, int index) {
            return config.path(key).path(index).intValue();
        }
    }

    /**
     * Prepares a network.
     *
     * @param topology its configuration
     * @param parameters parameters of the layers by their names, in Keras's order
     * @throws IOException if the configuration has no layers, or a layer has not the parameters that it needs
     */
    KerasInterpreter(JsonNode topology, Map<String, List<Tensor>> parameters) throws IOException {
        for (JsonNode node : topology.at("/config/layers")) {
            String name = node.at("/config/name").asText();
            Layer layer = new Layer(
                    name,
                    node.path("class_name").asText(),
                    node.path("config"),
                    inputs(node),
                    parameters.getOrDefault(name, List.of()));
            if (layer.parameters().size() != parameterCount(layer.className())) {
                throw new IOException(
                        "the layer " + name + " has " + layer.parameters().size() + " parameters");
            }
            layer.inputs().forEach(input -> lastReaders.put(input, layers.size()));
            layers.add(layer);
        }
        if (layers.isEmpty()) {
            throw new IOException("there is no configuration of layers");
        }
    }

    private static int parameterCount(String className) {
        return switch (className) {
            case "Conv2D", "DepthwiseConv2D" -> 1;
            case "BatchNormalization" -> 4;
            case "Dense" -> 2;
            default -> 0;
        };
    }

    /** Names of the layers that a layer reads: in lists of Keras 2, in descriptions of tensors of Keras 3. */
    private static List<String> inputs(JsonNode node) {
        JsonNode call = node.path("inbound_nodes").path(0);
        List<JsonNode> tensors = call.isArray()
                ? StreamSupport.stream(call.spliterator(), false).toList()
                : call.findValues("keras_history");
        return tensors.stream().map(tensor -> tensor.path(0).asText()).toList();
    }

    /** Computes the output of the last layer. */
    Tensor run(Tensor images) {
        Map<String, Tensor> values = new HashMap<>();
        Tensor last = images;
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            List<Tensor> inputs = layer.inputs().stream().map(values::get).toList();
            last = layer.className().equals("InputLayer") ? images : run(layer, inputs);
            values.put(layer.name(), last);
            for (String input : layer.inputs()) {
                if (lastReaders.get(input) == index) {
                    values.remove(input);
                }
            }
        }
        return last;
    }

    private static Tensor run(Layer layer, List<Tensor> inputs) {
        Tensor in = inputs.get(0);
        return switch (layer.className()) {
            case "Rescaling" -> {
                int channels = (int) in.shape()[3];
                yield Operators.affine(
                        in,
                        repeated(layer.config().path("scale").doubleValue(), channels),
                        repeated(layer.config().path("offset").doubleValue(), channels));
            }
            case "Conv2D" -> Operators.convolution(
                    in,
                    layer.parameter(0),
                    new float[(int) layer.parameter(0).shape()[3]],
                    window(layer, in, 0),
                    window(layer, in, 1));
            case "DepthwiseConv2D" -> Operators.depthwiseConvolution(
                    in,
                    layer.parameter(0),
                    new float[(int) layer.parameter(0).shape()[2]],
                    window(layer, in, 0),
                    window(layer, in, 1));
            case "BatchNormalization" -> normalize(layer, in);
            case "ReLU" -> Operators.clip(
                    in, 0, layer.config().path("max_value").floatValue());
            case "ZeroPadding2D" -> {
                JsonNode padding = layer.config().path("padding");
                yield Operators.pad(
                        in,
                        padding.at("/0/0").intValue(),
                        padding.at("/0/1").intValue(),
                        padding.at("/1/0").intValue(),
                        padding.at("/1/1").intValue());
            }
            case "Add" -> Operators.add(in, inputs.get(1));
            case "GlobalAveragePooling2D" -> Operators.globalAverage(in);
            case "Dropout" -> in;
            case "Dense" -> Operators.softmax(
                    Operators.dense(in, layer.parameter(0), layer.parameter(1).values()));
            default -> throw new IllegalArgumentException("The layer " + layer.className() + " is none of those used");
        };
    }

    private static double[] repeated(double value, int channels) {
        double[] values = new double[channels];
        Arrays.fill(values, value);
        return values;
    }

    private static Window window(Layer layer, Tensor in, int axis) {
        int kernel = layer.integer("kernel_size", axis);
        int stride = layer.integer("strides", axis);
        return layer.config().path("padding").asText().equals("same")
                ? Window.same(in.shape()[axis + 1], kernel, stride)
                : Window.valid(in.shape()[axis + 1], kernel, stride);
    }

    private static Tensor normalize(Layer layer, Tensor in) {
        double epsilon = layer.config().path("epsilon").doubleValue();
        float[] gamma = layer.parameter(0).values();
        float[] beta = layer.parameter(1).values();
        float[] mean = layer.parameter(2).values();
        float[] variance = layer.parameter(3).values();
        double[] scale = new double[gamma.length];
        double[] shift = new double[gamma.length];
        for (int channel = 0; channel < scale.length; channel++) {
            scale[channel] = gamma[channel] / Math.sqrt(variance[channel] + epsilon);
            shift[channel] = beta[channel] - mean[channel] * scale[channel];
        }
        return Operators.affine(in, scale, shift);
    }
}

package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.MobileNetV2;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * A model as Keras has it: its layers as a configuration in JSON, in the form of Keras 2, which TensorFlow.js reads too, or of
 * Keras 3, and the parameters of each.
 */
final class KerasTopology {
    private static final String NAME = "mobilenetv2";
    private static final String CHANNELS_LAST = "channels_last";
    private static final double MOMENTUM = 0.999;
    private static final double DROPOUT = 0.2;
    private static final double RELU6_MAXIMUM = 6;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode GLOROT_UNIFORM =
            JSON.createObjectNode().put("class_name", "GlorotUniform").set("config", JSON.createObjectNode());

    private final SavedModel model;
    private final List<ImageLayer> first;
    private final List<Node> nodes = new ArrayList<>();

    /** A layer as the configuration has it. */
    private record Node(
            String name,
            String className,
            ObjectNode config,
            List<String> inputs,
            FeatureShape inputShape,
            FeatureShape outputShape,
            Map<String, Tensor> parameters) {}

    /**
     * Lays out a model.
     *
     * @param first layers between the images and the network, in this order
     */
    KerasTopology(SavedModel model, List<ImageLayer> first) {
        this.model = model;
        this.first = first;
        for (KerasLayer layer : model.architecture().network(model.classes().size())) {
            List<String> inputs = layer.inputs().stream().map(this::source).toList();
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            for (String parameter : layer.type().parameterNames()) {
                parameters.put(parameter, model.weights().get(layer.name(), parameter));
            }
            nodes.add(new Node(
                    layer.name(),
                    layer.type().kerasClass(),
                    config(layer),
                    inputs,
                    layer.inputShape(),
                    layer.outputShape(),
                    parameters));
            if (layer.type() == LayerType.INPUT) {
                addImageLayers(layer.outputShape());
            }
        }
    }

    private void addImageLayers(FeatureShape shape) {
        String input = Architecture.INPUT;
        for (ImageLayer layer : first) {
            ObjectNode config =
                    JSON.createObjectNode().put("name", layer.name()).put("dtype", "float32");
            layer.config().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> config.set(entry.getKey(), JSON.valueToTree(entry.getValue())));
            nodes.add(new Node(
                    layer.name(), layer.className(), config, List.of(input), shape, shape, layer.parameters()));
            input = layer.name();
        }
    }

    /** What the network's layers read where the model's read this one. */
    private String source(String layer) {
        return layer.equals(Architecture.INPUT) && !first.isEmpty()
                ? first.get(first.size() - 1).name()
                : layer;
    }

    /** Names of the layers. */
    List<String> names() {
        return nodes.stream().map(Node::name).toList();
    }

    /** Names of Keras's classes of the layers. */
    List<String> classNames() {
        return nodes.stream().map(Node::className).toList();
    }

    /** The parameters of a layer by Keras's names, in Keras's order. */
    Map<String, Tensor> parameters(String layer) {
        return node(layer).parameters();
    }

    private Node node(String layer) {
        return nodes.stream()
                .filter(node -> node.name().equals(layer))
                .findFirst()
                .orElseThrow();
    }

    /** For files of Keras 2. The class is {@code Model}, since old versions of TensorFlow.js know no {@code Functional}. */
    ObjectNode keras2() {
        ArrayNode layers = JSON.createArrayNode();
        for (Node layer : nodes) {
            ObjectNode node = layers.addObject().put("class_name", layer.className());
            ObjectNode config = layer.config().deepCopy();
            addInitializers(config, layer.parameters().keySet());
            if (layer.inputs().isEmpty()) {
                config.set("batch_input_shape", batchShape(layer.outputShape()));
            }
            node.set("config", config);
            node.put("name", layer.name());
            ArrayNode inbound = node.putArray("inbound_nodes");
            if (!layer.inputs().isEmpty()) {
                ArrayNode call = inbound.addArray();
                layer.inputs()
                        .forEach(input ->
                                call.addArray().add(input).add(0).add(0).addObject());
            }
        }
        ObjectNode topology = JSON.createObjectNode().put("class_name", "Model");
        topology.set("config", graph(layers));
        return topology;
    }

    /** Names how each parameter would begin: Deeplearning4j's import of Keras files insists on it. */
    private static void addInitializers(ObjectNode config, Set<String> parameters) {
        for (String parameter : parameters) {
            switch (parameter) {
                case "kernel" -> config.set("kernel_initializer", GLOROT_UNIFORM);
                case "depthwise_kernel" -> config.set("depthwise_initializer", GLOROT_UNIFORM);
                default -> {}
            }
        }
    }

    /** For files of Keras 3. */
    ObjectNode keras3() {
        ArrayNode layers = JSON.createArrayNode();
        for (Node layer : nodes) {
            ObjectNode node = layers.addObject().put("module", "keras.layers").put("class_name", layer.className());
            ObjectNode config = layer.config().deepCopy();
            if (layer.inputs().isEmpty()) {
                config.set("batch_shape", batchShape(layer.outputShape()));
            } else if (!layer.parameters().isEmpty()) {
                node.putObject("build_config").set("input_shape", batchShape(layer.inputShape()));
            }
            node.set("config", config);
            node.putNull("registered_name").put("name", layer.name());
            ArrayNode inbound = node.putArray("inbound_nodes");
            if (!layer.inputs().isEmpty()) {
                ObjectNode call = inbound.addObject();
                ArrayNode arguments = call.putArray("args");
                // A layer of several inputs takes them as a list.
                ArrayNode tensors = layer.inputs().size() > 1 ? arguments.addArray() : arguments;
                layer.inputs().forEach(input -> tensors.add(tensor(input)));
                call.putObject("kwargs");
            }
        }
        ObjectNode topology = JSON.createObjectNode()
                .put("module", "keras.src.models.functional")
                .put("class_name", "Functional");
        topology.set("config", graph(layers).put("trainable", true));
        return topology.put("registered_name", "Functional");
    }

    private static ObjectNode graph(ArrayNode layers) {
        ObjectNode graph = JSON.createObjectNode().put("name", NAME);
        graph.set("layers", layers);
        graph.putArray("input_layers").addArray().add(Architecture.INPUT).add(0).add(0);
        graph.putArray("output_layers")
                .addArray()
                .add(Architecture.PREDICTIONS)
                .add(0)
                .add(0);
        return graph;
    }

    private ObjectNode tensor(String layer) {
        ObjectNode tensor = JSON.createObjectNode().put("class_name", "__keras_tensor__");
        ObjectNode config = tensor.putObject("config");
        config.set("shape", batchShape(node(layer).outputShape()));
        config.put("dtype", "float32");
        config.putArray("keras_history").add(layer).add(0).add(0);
        return tensor;
    }

    /** A vector's shape has no height and width. */
    private static ArrayNode batchShape(FeatureShape shape) {
        ArrayNode extents = JSON.createArrayNode().addNull();
        if (shape.height() > 1 || shape.width() > 1) {
            extents.add(shape.height()).add(shape.width());
        }
        return extents.add(shape.channels());
    }

    private ObjectNode config(KerasLayer layer) {
        ObjectNode config = JSON.createObjectNode().put("name", layer.name()).put("dtype", "float32");
        switch (layer.type()) {
            case CONVOLUTION -> convolution(config, layer)
                    .put("filters", layer.outputShape().channels());
            case DEPTHWISE_CONVOLUTION -> convolution(config, layer).put("depth_multiplier", 1);
            case BATCH_NORMALIZATION -> config.put("axis", 3)
                    .put("momentum", MOMENTUM)
                    .put("epsilon", MobileNetV2.BATCH_NORMALIZATION_EPSILON)
                    .put("center", true)
                    .put("scale", true);
            case RELU6 -> config.put("max_value", RELU6_MAXIMUM);
            case ZERO_PADDING -> {
                ArrayNode padding = config.put("data_format", CHANNELS_LAST).putArray("padding");
                padding.addArray().add(layer.paddingBefore()).add(1);
                padding.addArray().add(layer.paddingBefore()).add(1);
            }
            case GLOBAL_AVERAGE_POOLING -> config.put("data_format", CHANNELS_LAST);
            case DROPOUT -> config.put("rate", DROPOUT);
            case DENSE -> config.put("units", model.classes().size())
                    .put("activation", "softmax")
                    .put("use_bias", true);
            case INPUT, ADD -> {}
        }
        return config;
    }

    private ObjectNode convolution(ObjectNode config, KerasLayer layer) {
        LayerType before = model.architecture().layer(layer.inputs().get(0)).type();
        config.putArray("kernel_size").add(layer.kernel()).add(layer.kernel());
        config.putArray("strides").add(layer.stride()).add(layer.stride());
        return config.put("padding", before == LayerType.ZERO_PADDING ? "valid" : "same")
                .put("data_format", CHANNELS_LAST)
                .put("activation", "linear")
                .put("use_bias", false);
    }
}

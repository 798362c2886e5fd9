package org.finetune.export.keras;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.MobileNetV2;
import org.finetune.model.SavedModel;

/** The network as Keras's configuration in JSON, in the form of Keras 2, which TensorFlow.js reads too, or of Keras 3. */
final class KerasTopology {
    private static final String NAME = "mobilenetv2";
    private static final String CHANNELS_LAST = "channels_last";
    private static final double MOMENTUM = 0.999;
    private static final double DROPOUT = 0.2;
    private static final double RELU6_MAXIMUM = 6;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SavedModel model;
    private final List<KerasLayer> network;

    KerasTopology(SavedModel model) {
        this.model = model;
        this.network = model.architecture().network(model.classes().size());
    }

    /** For files of Keras 2. The class is {@code Model}, since old versions of TensorFlow.js know no {@code Functional}. */
    ObjectNode keras2() {
        ArrayNode layers = JSON.createArrayNode();
        for (KerasLayer layer : network) {
            ObjectNode node = layers.addObject().put("class_name", className(layer.type()));
            ObjectNode config = config(layer);
            if (layer.type() == LayerType.INPUT) {
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

    /** For files of Keras 3. */
    ObjectNode keras3() {
        ArrayNode layers = JSON.createArrayNode();
        for (KerasLayer layer : network) {
            ObjectNode node =
                    layers.addObject().put("module", "keras.layers").put("class_name", className(layer.type()));
            ObjectNode config = config(layer);
            if (layer.type() == LayerType.INPUT) {
                config.set("batch_shape", batchShape(layer.outputShape()));
            } else if (layer.hasParameters()) {
                node.putObject("build_config").set("input_shape", batchShape(layer.inputShape()));
            }
            node.set("config", config);
            node.putNull("registered_name").put("name", layer.name());
            ArrayNode inbound = node.putArray("inbound_nodes");
            if (!layer.inputs().isEmpty()) {
                ObjectNode call = inbound.addObject();
                ArrayNode arguments = call.putArray("args");
                ArrayNode tensors = layer.type() == LayerType.ADD ? arguments.addArray() : arguments;
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
        KerasLayer from = network.stream()
                .filter(candidate -> candidate.name().equals(layer))
                .findFirst()
                .orElseThrow();
        ObjectNode tensor = JSON.createObjectNode().put("class_name", "__keras_tensor__");
        ObjectNode config = tensor.putObject("config");
        config.set("shape", batchShape(from.outputShape()));
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

    /** The name of Keras's class. */
    static String className(LayerType type) {
        return switch (type) {
            case INPUT -> "InputLayer";
            case CONVOLUTION -> "Conv2D";
            case DEPTHWISE_CONVOLUTION -> "DepthwiseConv2D";
            case BATCH_NORMALIZATION -> "BatchNormalization";
            case RELU6 -> "ReLU";
            case ZERO_PADDING -> "ZeroPadding2D";
            case ADD -> "Add";
            case GLOBAL_AVERAGE_POOLING -> "GlobalAveragePooling2D";
            case DROPOUT -> "Dropout";
            case DENSE -> "Dense";
        };
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
                int before = layer.outputShape().height() - layer.inputShape().height() - 1;
                ArrayNode padding = config.put("data_format", CHANNELS_LAST).putArray("padding");
                padding.addArray().add(before).add(1);
                padding.addArray().add(before).add(1);
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
        boolean padded = !layer.inputs().isEmpty()
                && model.architecture().layer(layer.inputs().get(0)).type() == LayerType.ZERO_PADDING;
        config.putArray("kernel_size").add(layer.kernel()).add(layer.kernel());
        config.putArray("strides").add(layer.stride()).add(layer.stride());
        return config.put("padding", padded ? "valid" : "same")
                .put("data_format", CHANNELS_LAST)
                .put("activation", "linear")
                .put("use_bias", false);
    }
}

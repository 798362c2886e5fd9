package org.finetune.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Deeplearning4j's description of the network in a model file. Deeplearning4j makes an object of whatever class it names, and
 * connects whatever layers it has; this program makes none of it, but refuses a file that is another network, or does harm,
 * in a program that does.
 *
 * <p>A network's description follows from templates, one for each type of layer, in the resource {@code configuration.json}.
 * Deeplearning4j writes the same, byte for byte, but takes seconds for it. Texts in them that begin with a dollar sign stand for
 * what differs from layer to layer, and for {@link #isFree what may be anything}.
 */
final class ModelConfiguration {
    /** Most bytes of a description; those that there are have a quarter of it. */
    static final int MAX_BYTES = 1 << 20;

    private static final ObjectMapper JSON = StrictJson.mapper();

    private static final JsonNode TEMPLATES = templates();

    private static final Map<String, String> PARAMETERS = Map.of(
            "kernel", "W",
            "depthwise_kernel", "W",
            "bias", "b",
            "gamma", "gamma",
            "beta", "beta",
            "moving_mean", "mean",
            "moving_variance", "var");

    private ModelConfiguration() {}

    private static JsonNode templates() {
        try (InputStream in = ModelConfiguration.class.getResourceAsStream("configuration.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The description of a network, as Deeplearning4j writes it: text in UTF-8.
     *
     * @param keep share of features that the dropout layer keeps, in (0, 1]
     * @param learningRate Adam learning rate
     */
    static byte[] of(List<KerasLayer> network, double keep, double learningRate, long seed) {
        Map<String, JsonNode> run = Map.of(
                "$keep", JSON.valueToTree(keep),
                "$learningRate", JSON.valueToTree(learningRate),
                "$seed", JSON.valueToTree(seed));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(filled(expected(network), run));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can be written", e);
        }
    }

    /**
     * Checks that a configuration is that of a network, in all that its outputs depend on and all that this program writes,
     * but for seed, learning rate and dropout.
     *
     * @param json text in UTF-8
     * @throws IOException saying what is wrong
     */
    static void check(byte[] json, List<KerasLayer> network) throws IOException {
        JsonNode found;
        try {
            found = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IOException("configuration.json is not a valid JSON object", e);
        }
        compare(found, expected(network), "");
    }

    private static void compare(JsonNode found, JsonNode expected, String place) throws IOException {
        if (expected instanceof ObjectNode object && found.isObject()) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (!found.has(field.getKey())) {
                    throw new IOException("configuration.json lacks " + place + "/" + field.getKey()
                            + " of the network in finetune.json");
                }
                compare(found.get(field.getKey()), field.getValue(), place + "/" + field.getKey());
            }
            for (Map.Entry<String, JsonNode> field : found.properties()) {
                if (!object.has(field.getKey())) {
                    throw differs(place + "/" + field.getKey(), field.getValue(), "nothing");
                }
            }
        } else if (expected instanceof ArrayNode array && found.isArray() && found.size() == array.size()) {
            for (int i = 0; i < array.size(); i++) {
                compare(found.get(i), array.get(i), place + "/" + i);
            }
        } else if (!isSame(found, expected)) {
            throw differs(place, found, ModelArchive.shortened(expected.toString()));
        }
    }

    private static IOException differs(String place, JsonNode found, String expected) {
        return new IOException("configuration.json has " + ModelArchive.shortened(found.toString()) + " as "
                + ModelArchive.shortened(place) + ", where the network in finetune.json has " + expected);
    }

    private static boolean isSame(JsonNode found, JsonNode expected) {
        if (expected.isNumber()) {
            return found.isNumber() && found.doubleValue() == expected.doubleValue();
        }
        return found.equals(expected) || (expected.isTextual() && isFree(found, expected.textValue()));
    }

    /** Whether a value is one of those that a run chooses: its seed, its learning rate, and one minus its dropout. */
    private static boolean isFree(JsonNode found, String placeholder) {
        double number = found.doubleValue();
        return switch (placeholder) {
            case "$seed" -> found.isIntegralNumber() && found.canConvertToLong();
            case "$learningRate" -> found.isNumber() && Double.isFinite(number) && number >= 0;
            case "$keep" -> found.isNumber() && number > 0 && number <= 1;
            default -> false;
        };
    }

    /** The description of a network, with placeholders for what may be anything. */
    static JsonNode expected(List<KerasLayer> network) {
        ObjectNode vertices = JSON.createObjectNode();
        ObjectNode inputs = JSON.createObjectNode();
        ArrayNode order = JSON.createArrayNode();
        ArrayNode names = JSON.createArrayNode();
        ArrayNode variables = JSON.createArrayNode();
        for (KerasLayer layer : network) {
            order.add(order.size());
            names.add(layer.name());
            if (layer.type() != LayerType.INPUT) {
                vertices.set(layer.name(), vertex(layer));
                inputs.set(layer.name(), JSON.valueToTree(layer.inputs()));
                layer.type()
                        .parameterNames()
                        .forEach(parameter -> variables.add(layer.name() + "_" + PARAMETERS.get(parameter)));
            }
        }
        return filled(
                TEMPLATES.get("graph"),
                Map.of(
                        "$vertices", vertices,
                        "$vertexInputs", inputs,
                        "$order", order,
                        "$names", names,
                        "$variables", variables));
    }

    private static JsonNode vertex(KerasLayer layer) {
        Map<String, JsonNode> values = new HashMap<>();
        values.put("$name", JSON.valueToTree(layer.name()));
        values.put("$in", JSON.valueToTree(layer.inputShape().channels()));
        values.put("$out", JSON.valueToTree(layer.outputShape().channels()));
        values.put("$kernel", JSON.valueToTree(List.of(layer.kernel(), layer.kernel())));
        values.put("$stride", JSON.valueToTree(List.of(layer.stride(), layer.stride())));
        values.put("$mode", JSON.valueToTree(layer.stride() == 1 ? "Same" : "Truncate"));
        int before = layer.paddingBefore();
        values.put("$padding", JSON.valueToTree(List.of(before, 1, before, 1)));
        return filled(TEMPLATES.get("vertices").get(layer.type().name()), values);
    }

    /** A template with values for those of its placeholders that have one. */
    private static JsonNode filled(JsonNode template, Map<String, JsonNode> values) {
        if (template instanceof ObjectNode object) {
            ObjectNode result = JSON.createObjectNode();
            object.properties().forEach(field -> result.set(field.getKey(), filled(field.getValue(), values)));
            return result;
        }
        if (template instanceof ArrayNode array) {
            ArrayNode result = JSON.createArrayNode();
            array.forEach(element -> result.add(filled(element, values)));
            return result;
        }
        return template.isTextual() ? values.getOrDefault(template.textValue(), template) : template;
    }
}

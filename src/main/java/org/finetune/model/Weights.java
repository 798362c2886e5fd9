package org.finetune.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network by layer and parameter name, in Keras's names and layouts. This is what weight files,
 * saved models and both engines exchange; converting to and from it is exact.
 */
public final class Weights {
    private final Map<String, Map<String, Tensor>> layers = new LinkedHashMap<>();

    /** Adds or replaces a parameter. */
    public void put(String layer, String parameter, Tensor tensor) {
        layers.computeIfAbsent(layer, key -> new LinkedHashMap<>()).put(parameter, tensor);
    }

    /**
     * Returns a parameter.
     *
     * @throws IllegalArgumentException if the layer or the parameter is absent
     */
    public Tensor get(String layer, String parameter) {
        Tensor tensor = layers.getOrDefault(layer, Map.of()).get(parameter);
        if (tensor == null) {
            throw new IllegalArgumentException("No parameter " + parameter + " of layer " + layer);
        }
        return tensor;
    }

    /** Names of the layers that have parameters, in network order. */
    public List<String> layerNames() {
        return new ArrayList<>(layers.keySet());
    }

    /** Number of values in all parameters. */
    public long count() {
        return layers.values().stream()
                .flatMap(parameters -> parameters.values().stream())
                .mapToLong(tensor -> tensor.values().length)
                .sum();
    }

    /** These parameters and others, which replace those of the same name. The tensors are shared. */
    public Weights with(Weights others) {
        Weights both = new Weights();
        for (Weights weights : List.of(this, others)) {
            weights.layers.forEach((layer, parameters) ->
                    parameters.forEach((parameter, tensor) -> both.put(layer, parameter, tensor)));
        }
        return both;
    }

    /** A deep copy. */
    public Weights copy() {
        Weights copy = new Weights();
        layers.forEach((layer, parameters) ->
                parameters.forEach((parameter, tensor) -> copy.put(layer, parameter, tensor.copy())));
        return copy;
    }

    /**
     * Checks that exactly the parameters of the given layers are here, with their shapes.
     *
     * @throws IllegalArgumentException naming the first layer that differs
     */
    public void requireMatch(List<KerasLayer> network) {
        List<String> expected = network.stream()
                .filter(KerasLayer::hasParameters)
                .map(KerasLayer::name)
                .toList();
        if (!expected.equals(layerNames())) {
            throw new IllegalArgumentException("Expected the layers " + expected + " but found " + layerNames());
        }
        for (KerasLayer layer : network) {
            layer.parameterShapes().forEach((parameter, shape) -> {
                long[] found = get(layer.name(), parameter).shape();
                if (!Arrays.equals(found, shape)) {
                    throw new IllegalArgumentException("Layer " + layer.name() + " needs " + parameter + " of shape "
                            + Arrays.toString(shape) + " but found " + Arrays.toString(found));
                }
            });
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Weights that && layers.equals(that.layers);
    }

    @Override
    public int hashCode() {
        return layers.hashCode();
    }
}

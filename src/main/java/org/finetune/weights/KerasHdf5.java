package org.finetune.weights;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists the layers of a file written by Keras's {@code save_weights_to_hdf5_group}: the attribute {@code layer_names}
 * of the root, or of the group {@code model_weights} in a whole model, names a group for each layer, whose attribute
 * {@code weight_names} gives the paths of its arrays.
 *
 * <p>Nothing the file says is believed: links, which Keras never writes, are not followed, so that a file can neither
 * lead in circles nor out of itself.
 */
final class KerasHdf5 {
    private static final String LAYER_NAMES = "layer_names";
    private static final String WEIGHT_NAMES = "weight_names";
    private static final String MODEL_WEIGHTS = "model_weights";

    private KerasHdf5() {}

    /**
     * Lists the layers in the file's own order.
     *
     * @throws BadWeightsException if the file lacks what Keras writes
     * @throws RuntimeException of jHDF if the file is damaged
     */
    static List<StoredLayer> layers(HdfFile file) {
        Group root = file;
        if (!hasNames(file, LAYER_NAMES) && file.getChild(MODEL_WEIGHTS) instanceof Group weights) {
            root = weights;
        }
        if (!hasNames(root, LAYER_NAMES)) {
            throw new BadWeightsException("has no attribute layer_names, so it is not a weights file in Keras's HDF5"
                    + " layout (*_no_top.h5; files of Keras 3 ending in .weights.h5 or .keras are laid out otherwise)");
        }
        List<StoredLayer> layers = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names(root, LAYER_NAMES)) {
            if (!seen.add(name)) {
                throw new BadWeightsException("lists layer " + StoredNames.printable(name) + " twice");
            }
            layers.add(layer(root, name));
        }
        return layers;
    }

    private static StoredLayer layer(Group root, String name) {
        if (!(descend(root, name) instanceof Group group)) {
            throw new BadWeightsException("lists layer " + StoredNames.printable(name) + " but has no group for it");
        }
        if (!hasNames(group, WEIGHT_NAMES)) {
            throw new BadWeightsException("has no attribute weight_names for layer " + StoredNames.printable(name));
        }
        List<StoredParameter> parameters = new ArrayList<>();
        for (String path : names(group, WEIGHT_NAMES)) {
            if (!(descend(group, path) instanceof Dataset dataset)) {
                throw new BadWeightsException("lists the array " + StoredNames.printable(path) + " of layer "
                        + StoredNames.printable(name) + " but does not hold it");
            }
            parameters.add(new StoredParameter(parameterName(path), dataset));
        }
        return new StoredLayer(name, parameters);
    }

    /** Follows a path of group names; null if there is nothing at its end. */
    private static Node descend(Group from, String path) {
        Node node = from;
        for (String element : path.split("/")) {
            if (!(node instanceof Group group)) {
                return null;
            }
            node = group.getChild(element);
            if (node instanceof Link) {
                throw new BadWeightsException(
                        "has a link at " + StoredNames.printable(path) + ", which Keras's weights files never have");
            }
        }
        return node;
    }

    /** {@code Conv1/kernel:0} to {@code kernel}. */
    private static String parameterName(String path) {
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    }

    private static boolean hasNames(Node node, String attribute) {
        Map<String, Attribute> attributes = node.getAttributes();
        return attributes.containsKey(attribute) || attributes.containsKey(attribute + 0);
    }

    /** Reads a list of names, which Keras spreads over numbered attributes if it is too long for one. */
    private static List<String> names(Node node, String attribute) {
        Map<String, Attribute> attributes = node.getAttributes();
        if (attributes.containsKey(attribute)) {
            return strings(attributes.get(attribute));
        }
        List<String> names = new ArrayList<>();
        for (int part = 0; attributes.containsKey(attribute + part); part++) {
            names.addAll(strings(attributes.get(attribute + part)));
        }
        return names;
    }

    private static List<String> strings(Attribute attribute) {
        if (attribute.isEmpty()) {
            return List.of();
        }
        if (attribute.getData() instanceof String[] names) {
            return List.of(names);
        }
        throw new BadWeightsException(
                "has an attribute " + StoredNames.printable(attribute.getName()) + " that is not a list of names");
    }
}

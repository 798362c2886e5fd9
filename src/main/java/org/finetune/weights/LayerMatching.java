package org.finetune.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;

/**
 * Says which array of a weights file belongs to which parameter of the network, and that the shapes agree.
 *
 * <p>If the file has all the network's layers by name, they are taken by name and what the file has beyond them, such
 * as a classification head, is passed over. Else the layers with weights are taken in the file's order, as Keras's
 * {@code load_weights} does, and there must be as many as in the network.
 */
final class LayerMatching {
    private final List<StoredLayer> stored;

    /** @param layers the layers of the file in its own order */
    LayerMatching(List<StoredLayer> layers) {
        this.stored =
                layers.stream().filter(layer -> !layer.parameters().isEmpty()).toList();
    }

    /** The array for one parameter of the network. */
    record Assignment(KerasLayer layer, String parameter, StoredParameter stored) {}

    /**
     * Assigns an array to every parameter of the base, in network order.
     *
     * @throws BadWeightsException naming the first layer that does not fit, with both shapes and the remedy
     */
    List<Assignment> match(Architecture architecture) {
        try {
            return tryMatch(architecture);
        } catch (BadWeightsException e) {
            throw new BadWeightsException(e.getMessage() + "; " + remedy(architecture));
        }
    }

    private List<Assignment> tryMatch(Architecture architecture) {
        List<KerasLayer> wanted =
                architecture.base().stream().filter(KerasLayer::hasParameters).toList();
        List<StoredLayer> found = inNetworkOrder(wanted);
        List<Assignment> assignments = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            assign(architecture.alpha(), wanted.get(i), found.get(i), assignments);
        }
        return assignments;
    }

    private List<StoredLayer> inNetworkOrder(List<KerasLayer> wanted) {
        Map<String, StoredLayer> byName =
                stored.stream().collect(Collectors.toMap(StoredLayer::name, Function.identity()));
        Optional<KerasLayer> missing = wanted.stream()
                .filter(layer -> !byName.containsKey(layer.name()))
                .findFirst();
        if (missing.isEmpty()) {
            return wanted.stream().map(layer -> byName.get(layer.name())).toList();
        }
        if (stored.size() != wanted.size()) {
            throw new BadWeightsException("has no layer " + missing.get().name() + ", and its " + stored.size()
                    + " layers with weights cannot be taken in order for the " + wanted.size()
                    + " of MobileNetV2's base");
        }
        return stored;
    }

    private static void assign(double alpha, KerasLayer wanted, StoredLayer found, List<Assignment> assignments) {
        Map<String, long[]> shapes = wanted.parameterShapes();
        List<StoredParameter> parameters = inOrder(new ArrayList<>(shapes.keySet()), found.parameters());
        if (parameters.size() != shapes.size()) {
            throw new BadWeightsException(
                    "has " + found.parameters().size() + " arrays for layer " + label(wanted, found) + ", which needs "
                            + shapes.size() + " (" + String.join(", ", shapes.keySet()) + ")");
        }
        int i = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            StoredParameter parameter = parameters.get(i++);
            long[] shape = parameter.shape();
            if (!Arrays.equals(shape, entry.getValue())) {
                throw new BadWeightsException("holds " + entry.getKey() + " of layer " + label(wanted, found)
                        + " with shape " + Arrays.toString(shape) + " where alpha " + alpha + " needs "
                        + Arrays.toString(entry.getValue()));
            }
            assignments.add(new Assignment(wanted, entry.getKey(), parameter));
        }
    }

    /** Takes the parameters by name, or all of them in the file's order if the names are others. */
    private static List<StoredParameter> inOrder(List<String> names, List<StoredParameter> parameters) {
        Map<String, StoredParameter> byName = new HashMap<>();
        parameters.forEach(parameter -> byName.put(parameter.name(), parameter));
        return byName.keySet().containsAll(names)
                ? names.stream().map(byName::get).toList()
                : parameters;
    }

    private static String label(KerasLayer wanted, StoredLayer found) {
        return wanted.name().equals(found.name())
                ? wanted.name()
                : wanted.name() + " (called " + StoredNames.printable(found.name()) + " in the file)";
    }

    private String remedy(Architecture architecture) {
        for (double alpha : Architecture.ALPHAS) {
            if (alpha != architecture.alpha() && fits(Architecture.of(alpha, architecture.size()))) {
                return "the file fits --alpha " + alpha;
            }
        }
        return "give a file of Keras weights of MobileNetV2 without top for alpha " + architecture.alpha();
    }

    private boolean fits(Architecture architecture) {
        try {
            tryMatch(architecture);
            return true;
        } catch (BadWeightsException e) {
            return false;
        }
    }
}

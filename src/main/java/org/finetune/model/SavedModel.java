package org.finetune.model;

import java.util.List;
import java.util.Map;

/**
 * A trained classifier as it is kept in a file.
 *
 * @param architecture width multiplier and input size
 * @param classes names of the classes in the order of the outputs
 * @param unfreeze number of base layers, from the pooling back, that were trained
 * @param preprocessing how image files become network input, as strings and numbers
 * @param weights all parameters, in Keras's layouts
 */
public record SavedModel(
        Architecture architecture,
        List<String> classes,
        int unfreeze,
        Map<String, Object> preprocessing,
        Weights weights) {

    public SavedModel {
        classes = List.copyOf(classes);
        weights.requireMatch(architecture.network(classes.size()));
    }
}

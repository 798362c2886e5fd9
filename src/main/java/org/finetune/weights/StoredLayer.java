package org.finetune.weights;

import java.util.List;

/**
 * One layer of a weights file.
 *
 * @param name Keras's layer name
 * @param parameters its arrays in the file's own order; none for a layer without weights
 */
record StoredLayer(String name, List<StoredParameter> parameters) {}

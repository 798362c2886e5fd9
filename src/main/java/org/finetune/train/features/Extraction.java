package org.finetune.train.features;

import java.util.Optional;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.EngineType;
import org.finetune.model.KerasLayer;

/**
 * How activations are computed: what they depend on besides the images and the layer.
 *
 * @param parameters those of the network that the run begins with
 * @param joint the layer after which the layers are given its activations as they are kept ({@link UpperLayers}), if there is one
 * @param alpha width multiplier of the network
 * @param preprocessing what comes between image file and network
 * @param maxPixels most pixels of an image that is decoded
 * @param engine how the network is executed
 * @param backend where, and by how many threads
 * @param batchSize most images of one run of the frozen part
 */
public record Extraction(
        ParameterDigests parameters,
        Optional<KerasLayer> joint,
        double alpha,
        Preprocessing preprocessing,
        long maxPixels,
        EngineType engine,
        String backend,
        int batchSize) {

    /** Whether a layer is one of those after the joint. */
    boolean isUpper(KerasLayer layer) {
        return joint.isPresent() && layer.index() > joint.get().index();
    }
}

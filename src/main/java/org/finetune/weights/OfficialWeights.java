package org.finetune.weights;

import java.net.URI;
import org.finetune.model.Architecture;

/** The ImageNet weights that Keras publishes, one file for each width multiplier and input size. */
final class OfficialWeights {
    /** Directory of the files. */
    static final URI LOCATION =
            URI.create("https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/");

    private static final int SIZE_FOR_OTHERS = 224;

    private OfficialWeights() {}

    /**
     * Name of the file for a network. The weights fit any input size; for sizes that Keras has no file for, it takes the
     * one for 224 pixels.
     */
    static String fileName(Architecture architecture) {
        int size = Architecture.PRETRAINED_SIZES.contains(architecture.size()) ? architecture.size() : SIZE_FOR_OTHERS;
        return "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_" + architecture.alpha() + "_" + size + "_no_top.h5";
    }
}

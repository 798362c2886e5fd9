package org.finetune.export.keras;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.InputRange;
import org.finetune.model.Tensor;

/**
 * A layer between images and network that makes the network's input of theirs.
 *
 * @param name its name
 * @param className Keras's class
 * @param config what the configuration says besides the name
 * @param parameters its parameters by Keras's names, in Keras's order
 */
record ImageLayer(String name, String className, Map<String, Object> config, Map<String, Tensor> parameters) {
    private static final int CHANNELS = 3;
    private static final double EPSILON = 1e-3;

    /** The layers for a range of values: one, or none where they are scaled already. */
    static List<ImageLayer> of(InputRange range) {
        return range == InputRange.SCALED
                ? List.of()
                : List.of(
                        new ImageLayer("rescaling", "Rescaling", Map.of("scale", 1 / 127.5, "offset", -1.0), Map.of()));
    }

    /**
     * A scaling of all channels, {@code x * scale + shift}, as a batch normalization, which versions of TensorFlow.js know that
     * know no Rescaling.
     */
    static ImageLayer normalization(double scale, double shift) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        parameters.put("gamma", channels(scale));
        parameters.put("beta", channels(shift));
        parameters.put("moving_mean", channels(0));
        parameters.put("moving_variance", channels(1 - EPSILON));
        return new ImageLayer(
                "scaling",
                "BatchNormalization",
                Map.of("axis", 3, "epsilon", EPSILON, "center", true, "scale", true),
                parameters);
    }

    private static Tensor channels(double value) {
        return new Tensor(new float[] {(float) value, (float) value, (float) value}, new long[] {CHANNELS});
    }
}

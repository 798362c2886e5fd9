package org.finetune.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.finetune.model.Tensor;

/** A network that was read from an exported file. */
@FunctionalInterface
public interface ExportedModel {

    /**
     * Classifies images.
     *
     * @param pixels {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @return the probabilities by image and class
     */
    float[][] classify(Tensor pixels);

    /**
     * A network that is run on two images at a time: enough to see that any number will do, and little memory.
     *
     * @param network gives {@code [N,classes]} for {@code [N,H,W,3]}
     */
    static ExportedModel of(UnaryOperator<Tensor> network) {
        return images -> {
            List<float[]> rows = new ArrayList<>();
            int count = (int) images.shape()[0];
            int values = images.values().length / count;
            for (int first = 0; first < count; first += 2) {
                int end = Math.min(count, first + 2);
                long[] shape = images.shape().clone();
                shape[0] = (long) end - first;
                Tensor output = network.apply(
                        new Tensor(Arrays.copyOfRange(images.values(), first * values, end * values), shape));
                int classes = (int) output.shape()[1];
                for (int start = 0; start < output.values().length; start += classes) {
                    rows.add(Arrays.copyOfRange(output.values(), start, start + classes));
                }
            }
            return rows.toArray(float[][]::new);
        };
    }
}

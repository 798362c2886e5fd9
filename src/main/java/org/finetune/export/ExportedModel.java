package org.finetune.export;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
     * A network that is run on two images at a time, on each core: enough to see that any number will do, and little memory.
     *
     * @param network gives {@code [N,classes]} for {@code [N,H,W,3]}; several threads call it
     */
    static ExportedModel of(UnaryOperator<Tensor> network) {
        return images -> {
            int count = (int) images.shape()[0];
            return IntStream.range(0, (count + 1) / 2)
                    .parallel()
                    .mapToObj(pair -> network.apply(images(images, 2 * pair, Math.min(count, 2 * pair + 2))))
                    .flatMap(ExportedModel::rows)
                    .toArray(float[][]::new);
        };
    }

    private static Tensor images(Tensor all, int first, int end) {
        int values = all.values().length / (int) all.shape()[0];
        long[] shape = all.shape().clone();
        shape[0] = (long) end - first;
        return new Tensor(Arrays.copyOfRange(all.values(), first * values, end * values), shape);
    }

    private static Stream<float[]> rows(Tensor output) {
        int classes = (int) output.shape()[1];
        return IntStream.range(0, (int) output.shape()[0])
                .mapToObj(row -> Arrays.copyOfRange(output.values(), row * classes, (row + 1) * classes));
    }
}

package org.finetune.export;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.PixelType;
import org.finetune.engine.Classifier;
import org.finetune.engine.select.Engines;
import org.finetune.metrics.Argmax;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * How far an exported model agrees with the one that it was made of.
 *
 * @param photos number of photos that both have classified
 * @param largestDifference the largest difference of a probability
 * @param labelsChanged number of photos for which another class is the most probable
 */
public record ExportCheck(int photos, double largestDifference, int labelsChanged) {
    /** The largest difference of a probability that rounding in float32 may explain. */
    public static final double FLOAT32_TOLERANCE = 1e-4;

    /**
     * Has the model and what was made of it classify photos.
     *
     * @param exported the exported model; if there are several forms of it, the one that differs most counts
     * @param pixels {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     */
    public static ExportCheck of(SavedModel model, List<ExportedModel> exported, Tensor pixels) {
        float[][] expected = classify(model, pixels);
        return exported.stream()
                .map(form -> compare(expected, form.classify(pixels)))
                .max(Comparator.comparingDouble(ExportCheck::largestDifference))
                .orElseThrow();
    }

    /** Compares probabilities, by photo and class. */
    public static ExportCheck compare(float[][] expected, float[][] found) {
        double largest = 0;
        int changed = 0;
        for (int photo = 0; photo < expected.length; photo++) {
            for (int label = 0; label < expected[photo].length; label++) {
                double difference = Math.abs((double) expected[photo][label] - found[photo][label]);
                // Whatever is no number differs, too.
                largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
            }
            if (Argmax.of(expected[photo]) != Argmax.of(found[photo])) {
                changed++;
            }
        }
        return new ExportCheck(expected.length, largest, changed);
    }

    /**
     * Runs a model as {@code finetune predict} does.
     *
     * @param pixels {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @return the probabilities by image and class
     */
    public static float[][] classify(SavedModel model, Tensor pixels) {
        int images = (int) pixels.shape()[0];
        try (Classifier classifier = Engines.classifier(model, images, false);
                FloatPointer input = new FloatPointer(pixels.values())) {
            long values = pixels.shape()[1] * pixels.shape()[2] * pixels.shape()[3];
            List<FloatPointer> each = IntStream.range(0, images)
                    .mapToObj(image -> input.getPointer(FloatPointer.class, image * values))
                    .toList();
            return classifier.classify(each, PixelType.FLOAT32);
        }
    }

    /**
     * Checks that no probability differs by more.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if not
     */
    public void requireAgreement(double tolerance) {
        if (!(largestDifference <= tolerance)) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    String.format(
                            Locale.ROOT,
                            "The exported model's probabilities differ from the model's by up to %.2g on %d "
                                    + "photos, more than %.0e, so nothing was written; please report this as a bug.",
                            largestDifference,
                            photos,
                            tolerance));
        }
    }
}

package org.finetune.inference;

import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;

/**
 * How well a saved model does on labelled photos.
 *
 * @param metrics the metrics, by the model's classes
 * @param outcomes what the model says about each photo that could be used, in the order of the data
 * @param skipped photos that could not be used
 */
public record Evaluation(ClassificationMetrics metrics, List<Outcome> outcomes, List<BadPhoto> skipped) {

    public Evaluation {
        outcomes = List.copyOf(outcomes);
        skipped = List.copyOf(skipped);
    }

    /**
     * What the model says about a photo.
     *
     * @param photo the photo
     * @param label its class, of the model's
     * @param probabilities by the model's classes
     */
    public record Outcome(Photo photo, int label, float[] probabilities) {}

    /**
     * Evaluates a model. Classes are matched by name; the data may lack some of the model's.
     *
     * @param classes names of the model's classes, in the order of its outputs
     * @throws FinetuneException with {@link ExitCode#DATA} if the data have a class that the model does not know
     */
    public static Evaluation of(ImageClassifier classifier, List<String> classes, Dataset data) {
        int[] labels = matchClasses(classes, data.classes());
        List<LabeledPhoto> photos = data.validation();
        MetricsCollector collector = new MetricsCollector(classes);
        List<Outcome> outcomes = new ArrayList<>();
        List<BadPhoto> skipped = new ArrayList<>(data.bad());
        classifier.classify(photos.stream().map(LabeledPhoto::photo).toList(), result -> {
            LabeledPhoto labeled = photos.get(result.photo());
            if (result.failed()) {
                skipped.add(new BadPhoto(labeled.photo().id(), result.failure()));
            } else {
                int label = labels[labeled.label()];
                collector.add(result.probabilities(), label);
                outcomes.add(new Outcome(labeled.photo(), label, result.probabilities()));
            }
        });
        return new Evaluation(collector.metrics(), outcomes, skipped);
    }

    private static int[] matchClasses(List<String> known, List<String> found) {
        return found.stream()
                .mapToInt(name -> {
                    int label = known.indexOf(name);
                    if (label < 0) {
                        throw new FinetuneException(
                                ExitCode.DATA,
                                "The model does not have the class '" + name + "' but only " + String.join(", ", known)
                                        + "; rename the folder or use another model.");
                    }
                    return label;
                })
                .toArray();
    }
}

package org.finetune.cli.output;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.inference.Answer;
import org.finetune.inference.ClassProbability;

/**
 * What is printed about a photo.
 *
 * @param photo id of the photo
 * @param classes the most probable classes, the most probable first
 * @param map the file that shows what speaks for the first class, if there is one
 * @param answer what is answered where a threshold is given
 */
public record PredictedPhoto(
        String photo, List<ClassProbability> classes, Optional<Path> map, Optional<Answer> answer) {

    /**
     * Picks the most probable classes.
     *
     * @param labels names of all classes
     * @param probabilities probabilities of all classes, in the order of the names
     * @param top how many to pick at most
     * @param map the file that shows what speaks for the first one, if there is one
     */
    public static PredictedPhoto of(
            String photo, List<String> labels, float[] probabilities, int top, Optional<Path> map) {
        return new PredictedPhoto(photo, ClassProbability.ranked(labels, probabilities, top), map, Optional.empty());
    }

    /**
     * The same with an answer.
     *
     * @param threshold lowest probability with which a class is named
     * @param unlike whether the photo is unlike those of the training
     */
    public PredictedPhoto answered(double threshold, boolean unlike) {
        ClassProbability first = classes.get(0);
        Answer given = Answer.of(first.label(), first.probability(), threshold, unlike);
        return new PredictedPhoto(photo, classes, map, Optional.of(given));
    }
}

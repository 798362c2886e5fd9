package org.finetune.cli.output;

import java.nio.file.Path;
import java.util.List;
import org.finetune.inference.ClassProbability;

/**
 * What a classifier says about a photo.
 *
 * @param photo id of the photo
 * @param classes the most probable classes, the most probable first
 * @param map the file that shows what speaks for the first class, or null if there is none
 * @param answer what is answered where a threshold is given, else null
 */
public record Prediction(String photo, List<ClassProbability> classes, Path map, Answer answer) {

    /**
     * Picks the most probable classes.
     *
     * @param labels names of all classes
     * @param probabilities probabilities of all classes, in the order of the names
     * @param top how many to pick at most
     * @param map the file that shows what speaks for the first one, or null if there is none
     */
    public static Prediction of(String photo, List<String> labels, float[] probabilities, int top, Path map) {
        return new Prediction(photo, ClassProbability.ranked(labels, probabilities, top), map, null);
    }

    /**
     * The same with an answer.
     *
     * @param threshold lowest probability with which a class is named
     * @param unlike whether the photo is unlike those of the training
     */
    public Prediction answered(double threshold, boolean unlike) {
        ClassProbability first = classes.get(0);
        return new Prediction(photo, classes, map, Answer.of(first.label(), first.probability(), threshold, unlike));
    }
}

package org.finetune.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier says about a photo.
 *
 * @param photo the file
 * @param classes the most probable classes, the most probable first
 */
record Prediction(Path photo, List<ClassProbability> classes) {

    /**
     * Picks the most probable classes.
     *
     * @param labels names of all classes
     * @param probabilities probabilities of all classes, in the order of the names
     * @param top how many to pick at most
     */
    static Prediction of(Path photo, List<String> labels, float[] probabilities, int top) {
        return new Prediction(
                photo,
                IntStream.range(0, probabilities.length)
                        .mapToObj(i -> new ClassProbability(labels.get(i), probabilities[i]))
                        .sorted(Comparator.comparing(ClassProbability::probability)
                                .reversed())
                        .limit(top)
                        .toList());
    }
}

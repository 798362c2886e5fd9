package org.finetune.inference;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How sure a classifier is of a class.
 *
 * @param label name of the class
 * @param probability from 0 to 1
 */
public record ClassProbability(String label, float probability) {

    /**
     * Ranks the most probable classes.
     *
     * @param labels names of all classes
     * @param probabilities probabilities of all classes, in the order of the names
     * @param top how many to return at most
     * @return the most probable classes, the most probable first
     */
    public static List<ClassProbability> ranked(List<String> labels, float[] probabilities, int top) {
        return IntStream.range(0, probabilities.length)
                .mapToObj(label -> new ClassProbability(labels.get(label), probabilities[label]))
                .sorted(Comparator.comparing(ClassProbability::probability).reversed())
                .limit(top)
                .toList();
    }
}

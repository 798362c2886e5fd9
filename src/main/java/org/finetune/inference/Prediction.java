package org.finetune.inference;

import java.util.List;

/**
 * What a classifier says about a photo.
 *
 * @param classes all classes, the most probable first; their probabilities add up to 1
 */
public record Prediction(List<ClassProbability> classes) {

    public Prediction {
        classes = List.copyOf(classes);
    }

    static Prediction of(List<String> labels, float[] probabilities) {
        return new Prediction(ClassProbability.ranked(labels, probabilities, labels.size()));
    }

    /** The name of the most probable class. */
    public String label() {
        return classes.get(0).label();
    }

    /** The probability of the most probable class, from 0 to 1. */
    public float probability() {
        return classes.get(0).probability();
    }

    /**
     * The most probable classes, the most probable first.
     *
     * @param count number of classes; where there are fewer, all are returned
     */
    public List<ClassProbability> top(int count) {
        return classes.subList(0, Math.min(count, classes.size()));
    }
}

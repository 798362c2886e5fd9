package org.finetune.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.finetune.metrics.LabeledPrediction;
import org.junit.jupiter.api.Test;

class PhotoChoiceTest {
    private static final int CLASSES = 3;

    private final List<LabeledPrediction> predictions = new ArrayList<>();

    private LabeledPrediction add(int label, int predicted, double confidence) {
        float[] probabilities = new float[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            probabilities[i] = (float) (i == predicted ? confidence : (1 - confidence) / (CLASSES - 1));
        }
        LabeledPrediction prediction = new LabeledPrediction("photo" + predictions.size(), "", label, probabilities);
        predictions.add(prediction);
        return prediction;
    }

    @Test
    void confidentErrorsComeFirst() {
        add(0, 0, 0.99);
        LabeledPrediction unsure = add(0, 1, 0.5);
        LabeledPrediction sure = add(1, 2, 0.9);
        assertEquals(List.of(sure, unsure), new PhotoChoice(predictions).confidentErrors());
    }

    @Test
    void leastCertainMayBeRight() {
        add(0, 0, 0.99);
        LabeledPrediction wrong = add(0, 1, 0.5);
        LabeledPrediction right = add(1, 1, 0.4);
        assertEquals(
                List.of(right, wrong),
                new PhotoChoice(predictions).leastCertain().subList(0, 2));
    }

    @Test
    void cellsHaveAllPhotosAndErrorsComeFirst() {
        for (int i = 0; i < 30; i++) {
            add(0, 0, 0.9);
            add(1, 1, 0.9);
        }
        LabeledPrediction gravest = add(1, 2, 0.95);
        for (int i = 0; i < 5; i++) {
            add(1, 2, 0.6);
        }
        add(2, 0, 0.6);
        PhotoChoice choice = new PhotoChoice(predictions);
        assertEquals(4, choice.cells().size());
        PhotoChoice.Cell first = choice.cells().get(0);
        assertEquals(1, first.label());
        assertEquals(2, first.predicted());
        assertEquals(6, first.size());
        assertEquals(gravest, first.shown().get(0));
        assertTrue(first.others().size() > 0);
        assertEquals(
                predictions.size(),
                choice.cells().stream().mapToInt(PhotoChoice.Cell::size).sum());
        assertTrue(choice.cells().get(3).correct());
    }

    @Test
    void shownPhotosAreFewHoweverManyThereAre() {
        for (int i = 0; i < 1000; i++) {
            add(i % CLASSES, i / 3 % CLASSES, 0.4 + 0.0005 * i);
        }
        assertTrue(new PhotoChoice(predictions).shown().size() <= 64);
    }
}

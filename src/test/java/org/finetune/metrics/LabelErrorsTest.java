package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelErrorsTest {
    @Test
    void suspectsAreThoseOfWhichAnotherClassIsSurestAndTheSurestComeFirst() {
        List<LabeledPrediction> predictions = List.of(
                photo("right", 0, 0.9f, 0.1f),
                photo("sure", 0, 0.01f, 0.99f),
                photo("right too", 1, 0.2f, 0.8f),
                photo("unsure", 1, 0.55f, 0.45f),
                photo("likely", 1, 0.8f, 0.2f));
        LabelErrors errors = LabelErrors.of(predictions, 2);
        assertEquals(
                List.of("sure", "likely", "unsure"),
                errors.suspects().stream()
                        .map(suspect -> suspect.prediction().photo())
                        .toList());
        assertEquals(1, errors.suspects().get(0).likely());
        assertEquals(0.01f, errors.suspects().get(0).given());
        assertEquals(0.99f, errors.suspects().get(0).confidence());
    }

    private static LabeledPrediction photo(String name, int label, float... probabilities) {
        return new LabeledPrediction(name, "", label, probabilities);
    }
}

package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelChoiceTest {

    /** Figures of a confusion matrix, whose loss says nothing. */
    private static ClassificationMetrics figures(String confusion, double certainty) {
        int[][] rows = Arrays.stream(confusion.split("/"))
                .map(row -> Arrays.stream(row.strip().split(" "))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .toArray(int[][]::new);
        List<String> classes = new ArrayList<>();
        for (int label = 0; label < rows.length; label++) {
            classes.add("class " + label);
        }
        MetricsCollector figures = new MetricsCollector(classes);
        for (int label = 0; label < rows.length; label++) {
            for (int predicted = 0; predicted < rows.length; predicted++) {
                float[] probabilities = new float[rows.length];
                Arrays.fill(probabilities, (float) (1 - certainty) / (rows.length - 1));
                probabilities[predicted] = (float) certainty;
                for (int image = 0; image < rows[label][predicted]; image++) {
                    figures.add(probabilities, label);
                }
            }
        }
        return figures.metrics();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // More, as many and fewer photos right; the loss is that of the more certain model, whatever it is.
                "30 10 / 10 30         | 31 9 / 10 30        | FINE_TUNE | ''",
                "30 10 / 10 30         | 30 10 / 10 30       | FINE_TUNE | ''",
                "30 10 / 10 30         | 29 11 / 10 30       | HEAD      | ''",
                // Only the largest class is named, and that is right more often.
                "30 20 / 20 10         | 50 0 / 30 0         | HEAD      | it predicts only 1 of the classes, and the head predicts 2",
                // The small class is nearly given up.
                "60 20 / 5 15          | 79 1 / 19 1         | HEAD      | macro F1 fell from 0.687 to 0.489",
                // A little lower macro F1 is noise.
                "71 9 / 5 15           | 73 7 / 7 13         | FINE_TUNE | ''",
            })
    void collapseAndFewerRightAnswersKeepTheHead(String head, String fineTuned, String kept, String objection) {
        ModelChoice expected = new ModelChoice(kept.equals("HEAD") ? Phase.HEAD : Phase.FINE_TUNE, objection);
        assertEquals(
                expected, ModelChoice.of(Phase.HEAD, figures(head, 0.6), Phase.FINE_TUNE, figures(fineTuned, 0.9)));
        assertEquals(
                expected, ModelChoice.of(Phase.HEAD, figures(head, 0.9), Phase.FINE_TUNE, figures(fineTuned, 0.6)));
    }

    @Test
    void aStageIsComparedWithTheOneThatItBeganWith() {
        Phase first = Phase.stage(1, "20");
        assertEquals(
                new ModelChoice(first, "it predicts only 1 of the classes, and the model before predicts 2"),
                ModelChoice.of(
                        first, figures("30 20 / 20 10", 0.6), Phase.stage(2, "60"), figures("50 0 / 30 0", 0.6)));
    }
}

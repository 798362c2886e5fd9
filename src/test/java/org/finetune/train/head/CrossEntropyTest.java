package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    private static final double[] LOGITS = {0.3, -1.2, 2.5};

    @Test
    void errorsMatchCentralDifferences() {
        CrossEntropy loss = new CrossEntropy(3, 0.1, List.of(0.25, 3.0, 1.5));
        for (int label = 0; label < 3; label++) {
            double[] errors = new double[3];
            loss.of(LOGITS, label, errors);
            for (int c = 0; c < 3; c++) {
                double slope = (moved(loss, label, c, 1e-5) - moved(loss, label, c, -1e-5)) / 2e-5;
                assertEquals(slope, errors[c], 1e-9);
            }
        }
    }

    private static double moved(CrossEntropy loss, int label, int c, double step) {
        double[] logits = LOGITS.clone();
        logits[c] += step;
        return loss.of(logits, label, new double[3]);
    }

    @Test
    void isFiniteHoweverFarLogitsAreApart() {
        for (double gap : new double[] {100, 1e4, 1e300}) {
            double[] errors = new double[2];
            assertEquals(gap, new CrossEntropy(2, 0, List.of()).of(new double[] {gap, 0}, 1, errors), 1e-9 * gap);
            assertEquals(1, errors[0]);
            assertEquals(-1, errors[1]);
            double smoothed = new CrossEntropy(2, 0.1, List.of()).of(new double[] {gap, 0}, 0, errors);
            assertEquals(0.05 * gap, smoothed, 1e-9 * gap);
        }
    }
}

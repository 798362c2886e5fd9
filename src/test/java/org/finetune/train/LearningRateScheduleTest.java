package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.finetune.settings.TrainSettings.RateSchedule;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
    private static final double PEAK = 5e-4;

    private final LearningRateSchedule cosine = new LearningRateSchedule(RateSchedule.COSINE, PEAK);

    @Test
    void constantRateIsTheSameInEveryStep() {
        assertEquals(1e-5, LearningRateSchedule.constant(1e-5).at(0, 7), 0);
        assertEquals(1e-5, LearningRateSchedule.constant(1e-5).at(6, 7), 0);
    }

    /** Of 40 steps 4 warm up; the peak is at the fifth, half of it in the middle of the other 36. */
    @Test
    void cosineRisesForATenthOfTheStepsAndFallsToNothing() {
        for (int step = 0; step < 4; step++) {
            assertEquals(PEAK * (step + 1) / 5, cosine.at(step, 40), 1e-18);
        }
        assertEquals(PEAK, cosine.at(4, 40), 1e-18);
        assertEquals(PEAK / 2, cosine.at(22, 40), 1e-18);
        assertEquals(PEAK * (1 - Math.sqrt(0.5)) / 2, cosine.at(31, 40), 1e-18);
        assertEquals(0, cosine.at(40, 40), 1e-18);
        for (int step = 5; step < 40; step++) {
            assertTrue(cosine.at(step, 40) < cosine.at(step - 1, 40));
        }
    }

    @Test
    void fewStepsBeginAtThePeak() {
        assertEquals(PEAK, cosine.at(0, 9), 0);
        assertEquals(PEAK, cosine.at(0, 1), 0);
    }

    @Test
    void halvedRatesHaveTheSameCourse() {
        assertEquals(cosine.at(7, 40) / 8, cosine.halved(3).at(7, 40), 0);
    }
}

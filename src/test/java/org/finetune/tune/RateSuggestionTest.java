package org.finetune.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Curves whose valley is known. */
class RateSuggestionTest {
    private static final int STEPS = 100;
    private static final double SMOOTHING = 0.95;

    /** Exponent of the learning rate of a step: -6 to 0. */
    private static double exponent(int step) {
        return -6 + 6.0 * step / (STEPS - 1);
    }

    /**
     * A loss of 2 that falls to a half between two learning rates and then rises tenfold for each decade.
     *
     * @param from exponent of the rate from which it falls
     * @param to exponent of the rate up to which it falls
     */
    private static double loss(double exponent, double from, double to) {
        double fallen = Math.min(1, Math.max(0, (exponent - from) / (to - from)));
        return (2 - fallen) * Math.pow(10, Math.max(0, exponent - to));
    }

    private static RateCurve curve(double smoothing, double from, double to, double noise, long seed) {
        Random random = new Random(seed);
        RateCurve curve = new RateCurve(smoothing);
        for (int step = 0; step < STEPS; step++) {
            double loss = loss(exponent(step), from, to) * (1 + noise * random.nextGaussian());
            if (!curve.add(Math.pow(10, exponent(step)), loss)) {
                break;
            }
        }
        return curve;
    }

    @Test
    void withoutNoiseItIsTheMiddleOfTheValley() {
        RateSuggestion suggestion = RateSuggestion.of(curve(0, -4, -1, 0, 1).points());
        assertEquals(-2.5, Math.log10(suggestion.learningRate()), 0.07);
        assertEquals(-4, Math.log10(suggestion.from()), 0.07);
        assertEquals(-1, Math.log10(suggestion.to()), 0.07);
        assertEquals(0.5, suggestion.fall(), 0.02);
        assertTrue(suggestion.isClear());
    }

    @ParameterizedTest
    @CsvSource({"-4, -1, 0.05", "-4, -2, 0.1", "-5, -2, 0.15", "-3, -1, 0.1"})
    void withNoiseItIsInTheValley(double from, double to, double noise) {
        for (long seed = 0; seed < 20; seed++) {
            RateSuggestion suggestion =
                    RateSuggestion.of(curve(SMOOTHING, from, to, noise, seed).points());
            double rate = Math.log10(suggestion.learningRate());
            assertTrue(rate > from && rate < to, "seed " + seed + ": " + rate);
            assertTrue(suggestion.isClear(), "seed " + seed + ": " + suggestion);
        }
    }

    @Test
    void aLossThatNeverFallsHasNoClearValley() {
        RateSuggestion suggestion =
                RateSuggestion.of(curve(SMOOTHING, 1, 2, 0, 1).points());
        assertFalse(suggestion.isClear(), suggestion.toString());
    }

    @Test
    void theTestStopsWhenTheLossGetsOutOfHand() {
        RateCurve curve = curve(0, -4, -2, 0, 1);
        assertTrue(curve.hasDiverged());
        RatePoint last = curve.points().get(curve.points().size() - 1);
        assertTrue(last.smoothed() > 4, last.toString());
        assertTrue(curve.points().get(curve.points().size() - 2).smoothed() <= 4 * 1.1, last.toString());
        assertEquals(-2 + Math.log10(4), Math.log10(last.learningRate()), 0.1);
    }

    @Test
    void lossesThatAreNoNumbersStopItToo() {
        RateCurve curve = new RateCurve(SMOOTHING);
        assertTrue(curve.add(1e-3, 2));
        assertFalse(curve.add(1e-2, Double.NaN));
        assertTrue(curve.hasDiverged());
        assertEquals(1, curve.points().size());
    }

    @Test
    void smoothingIsAnAverageCorrectedForItsBeginning() {
        RateCurve curve = new RateCurve(0.9);
        curve.add(1e-6, 3);
        curve.add(1e-5, 1);
        assertEquals(3, curve.points().get(0).smoothed(), 1e-12);
        assertEquals((0.9 * 3 + 1) / 1.9, curve.points().get(1).smoothed(), 1e-12);
        assertFalse(curve.hasDiverged());
    }
}

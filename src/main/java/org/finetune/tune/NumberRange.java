package org.finetune.tune;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.settings.LearningRates;

/**
 * Numbers between two bounds, both of which belong to it.
 *
 * @param low lower bound
 * @param high upper bound, above the lower one
 * @param logarithmic whether equal steps are equal factors; the lower bound is above 0 then
 * @param whole whether only whole numbers belong to it
 */
record NumberRange(double low, double high, boolean logarithmic, boolean whole) {
    /** Digits that a number of the range has: more would only make it harder to read. */
    private static final MathContext DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);

    /**
     * The number at a place, with three digits if it need not be whole.
     *
     * @param place from 0, the lower bound, to 1, the upper one
     */
    String at(double place) {
        double number = logarithmic
                ? Math.exp(Math.log(low) + place * (Math.log(high) - Math.log(low)))
                : low + place * (high - low);
        if (whole) {
            return Long.toString(Math.round(Math.min(high, Math.max(low, number))));
        }
        double rounded = new BigDecimal(number).round(DIGITS).doubleValue();
        return LearningRates.text(Math.min(high, Math.max(low, rounded)));
    }

    /**
     * Numbers at equal distances, both bounds among them.
     *
     * @param count how many, at least 2; of whole numbers there can be fewer
     */
    List<String> points(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> at(i / (count - 1.0)))
                .distinct()
                .toList();
    }
}

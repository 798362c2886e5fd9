package org.finetune.settings;

import java.math.BigDecimal;
import java.math.MathContext;

/** How learning rates and other small numbers are written. */
public final class LearningRates {
    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e6;

    private LearningRates() {}

    /** A finite number as people write it: 0.05, but 1.5e-5. */
    public static String text(double number) {
        BigDecimal decimal = BigDecimal.valueOf(number).stripTrailingZeros();
        if (number == 0 || (Math.abs(number) >= SMALL && Math.abs(number) < LARGE)) {
            return decimal.toPlainString();
        }
        int exponent = decimal.precision() - decimal.scale() - 1;
        return decimal.movePointLeft(exponent).toPlainString() + "e" + exponent;
    }

    /** The same, rounded to a number of digits. */
    public static String text(double number, int digits) {
        return text(BigDecimal.valueOf(number).round(new MathContext(digits)).doubleValue());
    }
}

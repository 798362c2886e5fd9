package org.finetune.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTestTest {
    /** Small numbers by hand: twice the tail of the binomial distribution; large ones by tables of chi-squared. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, true",
        "7, 7, 1, true",
        "30, 30, 1, false",
        "0, 5, 0.0625, true",
        "6, 0, 0.03125, true",
        "1, 5, 0.21875, true",
        "11, 13, 0.8388, true",
        "10, 30, 0.002663, false",
        "121, 59, 0.00000545, false",
    })
    void agreesWithKnownValues(long onlyFirst, long onlySecond, double p, boolean exact) {
        McNemarTest test = new McNemarTest(onlyFirst, onlySecond);
        assertEquals(exact, test.exact());
        assertEquals(p, test.pValue(), 1e-3 * p);
        assertEquals(test.pValue(), new McNemarTest(onlySecond, onlyFirst).pValue());
    }
}

package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {

    /** The first is a textbook's example (R: {@code prop.test(8, 10, correct = FALSE)}); all were computed in Python. */
    @ParameterizedTest
    @CsvSource({
        "8, 10, 0.490162, 0.943318",
        "218, 250, 0.824888, 0.907853",
        "0, 10, 0, 0.277533",
        "10, 10, 0.722467, 1",
        "1, 1, 0.206549, 1"
    })
    void agreesWithReference(long hits, long images, double low, double high) {
        WilsonInterval interval = WilsonInterval.of(hits, images);
        assertEquals(low, interval.low(), 1e-6);
        assertEquals(high, interval.high(), 1e-6);
    }

    @Test
    void nothingIsKnownWithoutImages() {
        assertEquals(new WilsonInterval(0, 1), WilsonInterval.of(0, 0));
    }
}

package org.finetune.engine.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutMaskTest {
    private static final int ROWS = 8;
    private static final int COLUMNS = 1280;
    private static final double KEEP = 0.8;

    private static float[] values(DropoutMask mask, long seed) {
        mask.draw(seed);
        return mask.array().data().asFloat();
    }

    private static float[] first(long seed) {
        try (DropoutMask mask = new DropoutMask(ROWS, COLUMNS, KEEP)) {
            return values(mask, seed);
        }
    }

    @Test
    void keepsTheWantedShareAndTheMean() {
        float[] values = first(5);
        int kept = 0;
        for (float value : values) {
            assertTrue(value == 0 || value == (float) (1 / KEEP), "value " + value);
            kept += value == 0 ? 0 : 1;
        }
        double deviation = Math.sqrt(values.length * KEEP * (1 - KEEP));
        assertEquals(values.length * KEEP, kept, 5 * deviation);
    }

    @Test
    void followsFromTheSeedAlone() {
        try (DropoutMask mask = new DropoutMask(ROWS, COLUMNS, KEEP)) {
            for (long seed : new long[] {5, 6, 7, 7, 6, -1, 0, Long.MAX_VALUE, Long.MIN_VALUE, 5}) {
                assertArrayEquals(first(seed), values(mask, seed), "seed " + seed);
            }
        }
        assertNotEquals(Arrays.hashCode(first(5)), Arrays.hashCode(first(6)));
    }
}

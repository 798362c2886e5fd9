package org.finetune.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarLayoutTest {
    private static final List<String> FIGURES = List.of("epoch 2/10", "loss 0.512", "accuracy 81.3%", "0:00:07 left");

    private static String line(boolean unicode, boolean color, double fraction, int columns) {
        return new BarLayout(new Terminal(true, unicode, color, () -> columns))
                .line("head", fraction, FIGURES, columns);
    }

    @Test
    void wideWindowShowsEverything() {
        assertEquals(
                "head       ━━━━━━━━━━╸─────────────────────────────  26%  epoch 2/10  loss 0.512  accuracy 81.3%"
                        + "  0:00:07 left",
                line(true, false, 0.2625, 140));
    }

    @Test
    void asciiIsUsedWhereThereIsNothingElse() {
        assertEquals(
                "head       [###-------]  30%  epoch 2/10  loss 0.512  accuracy 81.3%  0:00:07 left",
                line(false, false, 0.3, 83));
    }

    @Test
    void colorsAddNothingToWhatIsSeen() {
        String colored = line(true, true, 0.3, 100);
        assertTrue(colored.contains("\u001b["));
        assertEquals(line(true, false, 0.3, 100), colored.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @Test
    void everyWindowIsWideEnough() {
        for (int columns = 1; columns < 200; columns++) {
            for (boolean unicode : new boolean[] {true, false}) {
                int width = DisplayWidth.of(line(unicode, false, 0.7, columns));
                assertTrue(width < Math.max(columns, 4), columns + ": " + width);
            }
        }
        assertEquals("head  70%", line(true, false, 0.7, 20));
    }

    @Test
    void unknownTotalHasNoBar() {
        assertEquals("head  epoch 2/10  loss 0.512", line(true, false, -1, 42));
    }

    @Test
    void barIsFullOnlyAtTheEnd() {
        assertTrue(line(true, false, 0.9999, 140).contains("╸  99%"));
        assertTrue(line(true, false, 1, 140).contains("━ 100%"));
        assertTrue(line(false, false, 1.1, 140).contains("#] 100%"));
    }
}

package org.finetune.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextPlotTest {
    private static final double[] RATES = {1e-4, 1e-3, 1e-2, 1e-1};

    @Test
    void aCurveOfAsterisks() {
        List<String> lines = new TextPlot(21, 3, false).draw(RATES, new double[] {2, 2, 1, 9}, 2, 1e-3);
        assertEquals(
                List.of(
                        " 2.000 |*****       *",
                        "       |     **   **",
                        " 1.000 |       ***",
                        "       ++---^---+---+",
                        "        1e-4    1e-2"),
                lines);
    }

    @Test
    void brailleHasEightDotsACharacter() {
        List<String> lines = new TextPlot(18, 2, true).draw(RATES, new double[] {2, 2, 1, 1}, 2, 1e-3);
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).startsWith(" 2.000 \u2502\u2809\u2809"), lines.get(0));
        assertTrue(lines.get(1).endsWith("\u28c0\u28c0"), lines.get(1));
        assertTrue(lines.get(2).contains("\u25b2"), lines.get(2));
    }

    @Test
    void aFlatCurveIsALine() {
        List<String> lines = new TextPlot(20, 2, false).draw(RATES, new double[] {1, 1, 1, 1}, 5, 1e-4);
        assertTrue(lines.get(0).endsWith("************"), lines.get(0));
    }
}

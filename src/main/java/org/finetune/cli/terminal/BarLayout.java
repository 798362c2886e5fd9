package org.finetune.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Lays out the line of a progress bar so that it fits the window. */
final class BarLayout {
    private static final int NAME_WIDTH = 10;
    private static final int MIN_BAR = 10;
    private static final int MAX_BAR = 40;
    private static final String GAP = "  ";
    private static final String HEAVY = "\u2501";
    private static final String HEAVY_LEFT_HALF = "\u2578";
    private static final String LIGHT = "\u2500";

    private final Terminal terminal;

    BarLayout(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Lays out a line: name, bar, percentage, figures. In a narrow window the last figures are left out, then the bar.
     *
     * @param fraction how much is done, from 0 to 1, or less than 0 where the total is not known
     * @param figures the most important first
     * @param columns width of the window; the last column is left empty, so that no terminal goes to the next line
     */
    String line(String name, double fraction, List<String> figures, int columns) {
        int width = Math.max(1, columns - 1);
        String percent = fraction < 0 ? "" : String.format(" %3d%%", (int) Math.floor(100 * Math.min(1, fraction)));
        String start = DisplayWidth.padRight(name, NAME_WIDTH) + " ";
        List<String> shown = new ArrayList<>(figures);
        int fixed = DisplayWidth.of(start) + percent.length();
        int least = fraction < 0 ? 0 : MIN_BAR;
        while (!shown.isEmpty() && fixed + least + length(shown) > width) {
            shown.remove(shown.size() - 1);
        }
        int bar = Math.min(MAX_BAR, width - fixed - length(shown));
        if (bar < MIN_BAR || fraction < 0) {
            return DisplayWidth.shortenEnd(start.strip() + percent + joined(shown), width, terminal.ellipsis());
        }
        return start + bar(bar, fraction) + percent + joined(shown);
    }

    private static int length(List<String> figures) {
        return DisplayWidth.of(joined(figures));
    }

    private static String joined(List<String> figures) {
        return figures.isEmpty() ? "" : GAP + String.join(GAP, figures);
    }

    private String bar(int width, double fraction) {
        double part = Math.min(1, fraction);
        if (!terminal.unicode()) {
            int full = (int) (part * (width - 2));
            return "[" + terminal.good("#".repeat(full)) + terminal.faint("-".repeat(width - 2 - full)) + "]";
        }
        int halves = (int) (part * 2 * width);
        String done = HEAVY.repeat(halves / 2) + HEAVY_LEFT_HALF.repeat(halves % 2);
        return terminal.good(done) + terminal.faint(LIGHT.repeat(width - done.length()));
    }
}

package org.finetune.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A curve over a logarithmic axis, as lines of text. */
public final class TextPlot {
    private static final int LABEL_WIDTH = 6;

    private final int width;
    private final int height;
    private final boolean unicode;

    /**
     * Prepares plots of a size.
     *
     * @param columns characters of a line, labels included
     * @param height lines of the curve
     * @param unicode whether other characters than ASCII can be used
     */
    public TextPlot(int columns, int height, boolean unicode) {
        this.width = Math.max(10, columns - LABEL_WIDTH - 2);
        this.height = height;
        this.unicode = unicode;
    }

    /**
     * Draws a curve.
     *
     * @param x above 0, rising, at least two
     * @param y one for each x
     * @param top what is above this is cut off
     * @param marked the x to point at
     */
    public List<String> draw(double[] x, double[] y, double top, double marked) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : y) {
            low = Math.min(low, value);
            high = Math.max(high, Math.min(top, value));
        }
        DotCanvas canvas = new DotCanvas(width, height, unicode);
        for (int i = 1; i < x.length; i++) {
            if (y[i - 1] <= high || y[i] <= high) {
                canvas.line(
                        column(x[i - 1], x, canvas.columns()),
                        row(y[i - 1], low, high, canvas.rows()),
                        column(x[i], x, canvas.columns()),
                        row(y[i], low, high, canvas.rows()));
            }
        }
        List<String> lines = new ArrayList<>();
        List<String> drawn = canvas.lines();
        for (int line = 0; line < height; line++) {
            String label = line == 0 ? number(high) : line == height - 1 ? number(low) : "";
            lines.add(" ".repeat(LABEL_WIDTH - label.length())
                    + label
                    + (unicode ? " \u2502" : " |")
                    + drawn.get(line).stripTrailing());
        }
        lines.addAll(axis(x, marked));
        return lines;
    }

    private static int column(double value, double[] x, int columns) {
        double first = Math.log(x[0]);
        double place = (Math.log(value) - first) / (Math.log(x[x.length - 1]) - first);
        return (int) Math.round(place * (columns - 1));
    }

    private static int row(double value, double low, double high, int rows) {
        double place = high > low ? (high - Math.min(high, value)) / (high - low) : 0;
        return (int) Math.round(place * (rows - 1));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }

    /** The line below the curve with a tick at each power of ten and the mark, and the powers. */
    private List<String> axis(double[] x, double marked) {
        StringBuilder line = new StringBuilder((unicode ? "\u2500" : "-").repeat(width));
        StringBuilder labels = new StringBuilder(" ".repeat(width + LABEL_WIDTH));
        int free = 0;
        for (int exponent = (int) Math.ceil(Math.log10(x[0]) - 1e-9);
                exponent <= Math.log10(x[x.length - 1]) + 1e-9;
                exponent++) {
            int column = Math.min(width - 1, Math.max(0, column(Math.pow(10, exponent), x, width)));
            line.setCharAt(column, unicode ? '\u2534' : '+');
            String label = exponent == 0 ? "1" : "1e" + exponent;
            if (column >= free && column + label.length() <= width) {
                labels.replace(column, column + label.length(), label);
                free = column + label.length() + 1;
            }
        }
        line.setCharAt(column(marked, x, width), unicode ? '\u25b2' : '^');
        String margin = " ".repeat(LABEL_WIDTH);
        return List.of(
                margin + (unicode ? " \u2514" : " +") + line,
                margin + "  " + labels.toString().stripTrailing());
    }
}

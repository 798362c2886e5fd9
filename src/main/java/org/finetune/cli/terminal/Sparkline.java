package org.finetune.cli.terminal;

import java.util.List;

/** A curve in a line of text. */
public final class Sparkline {
    private static final String BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String ASCII = "_.-=+*#@";

    private Sparkline() {}

    /**
     * Draws values.
     *
     * @param min value that has the lowest sign
     * @param max value that has the highest sign
     */
    public static String of(List<Double> values, double min, double max, boolean unicode) {
        String signs = unicode ? BLOCKS : ASCII;
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            double place = max > min ? (value - min) / (max - min) : 0.5;
            int sign = (int) Math.round(place * (signs.length() - 1));
            line.append(signs.charAt(Math.max(0, Math.min(signs.length() - 1, sign))));
        }
        return line.toString();
    }
}

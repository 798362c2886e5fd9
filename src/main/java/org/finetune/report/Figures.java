package org.finetune.report;

import java.util.Locale;

/** Numbers as the report writes them. */
final class Figures {
    private Figures() {}

    /** A share as a percentage with one decimal, such as "87.2%". */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** A share as a percentage without decimals where that is all that fits, such as "87%". */
    static String roundPercent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * share);
    }

    /** A number with some decimals. */
    static String decimal(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A whole number with its digits in groups of three, such as "12,500". */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of things, such as "1 photo" and "2 photos". */
    static String count(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : thing.endsWith("s") ? "es" : "s");
    }

    /** A duration, such as "18.3 s", "4 min 10 s" or "2 h 5 min". */
    static String duration(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** A number for a style sheet, which knows no other decimal sign than the point. */
    static String css(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}

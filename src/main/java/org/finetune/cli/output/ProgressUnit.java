package org.finetune.cli.output;

import java.util.Locale;

/** What the length of a task is counted in, and how people read it. */
enum ProgressUnit {
    IMAGES("photos", 1, "%.0f"),
    BYTES("MB", 1_000_000, "%.1f");

    private final String label;
    private final long size;
    private final String format;

    ProgressUnit(String label, long size, String format) {
        this.label = label;
        this.size = size;
        this.format = format;
    }

    /** The unit as it is shown, such as MB. */
    String label() {
        return label;
    }

    /** How much of what is counted makes one of the unit that is shown. */
    long size() {
        return size;
    }

    /** A count in the unit that is shown, without its label. */
    String format(double count) {
        return String.format(Locale.ROOT, format, count / size);
    }

    /** A speed, with its label. */
    String rate(double countPerSecond) {
        return format(countPerSecond) + " " + label + "/s";
    }
}

package org.finetune.cli.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A part of the work of known or unknown length, whose progress is shown.
 *
 * @param name such as "features"
 * @param total its length, or -1 if that is not known
 * @param unit what its length is counted in
 * @param start when it began, in nanoseconds by the clock of the methods
 */
record ProgressTask(String name, long total, ProgressUnit unit, long start) {

    /** How far it is, in words. */
    String position(long done, String detail, long now) {
        String rate = unit.rate(done / seconds(now));
        return name + ": "
                + (total < 0
                        ? count(done)
                        : unit.format((double) done) + " of " + count(total) + ", " + timeLeft(done, now) + " left")
                + ", " + (detail.isEmpty() ? rate : rate + ", " + detail);
    }

    /** What stands beside a bar, the most important first. */
    List<String> figures(long done, String detail, long now) {
        List<String> figures = new ArrayList<>();
        if (!detail.isEmpty()) {
            figures.addAll(List.of(detail.split(", ")));
        } else {
            figures.add(total < 0 ? count(done) : unit.format((double) done) + "/" + count(total));
        }
        if (total >= 0 && done > 0) {
            figures.add(timeLeft(done, now) + " left");
        }
        if (done > 0) {
            figures.add(unit.rate(done / seconds(now)));
        }
        return figures;
    }

    /** How long it has taken. */
    String duration(long now) {
        return String.format(Locale.ROOT, "%.1f s", seconds(now));
    }

    private String count(long number) {
        return unit.format((double) number) + " " + unit.label();
    }

    private double seconds(long now) {
        return (now - start) / 1e9;
    }

    private String timeLeft(long done, long now) {
        if (done == 0) {
            return "?";
        }
        Duration left = Duration.ofSeconds(Math.round(seconds(now) / done * (total - done)));
        return String.format("%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }
}

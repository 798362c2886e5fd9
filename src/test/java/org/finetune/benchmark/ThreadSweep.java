package org.finetune.benchmark;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Whole runs of {@code train} with different numbers of threads, and the share of them that does not get faster with more: by Amdahl's
 * law ("Validity of the single processor approach", 1967), a run with n threads takes {@code T(1) * (s + (1 - s) / n)}.
 */
final class ThreadSweep {
    private static final String WORK = "threads";

    private final List<Measurement> runs;

    ThreadSweep(Measurements results) {
        this.runs = results.all().stream()
                .filter(measurement -> measurement.work().equals(WORK))
                .toList();
    }

    void print(PrintStream out) {
        if (runs.isEmpty()) {
            return;
        }
        MarkdownTable table =
                new MarkdownTable("threads", "whole run, s", "speed", "first pass, s", "speed", "epoch, s", "speed");
        for (Measurement run : runs("whole")) {
            table.row(
                    Integer.toString(threads(run)),
                    seconds("whole", run),
                    speed("whole", run),
                    seconds("first pass", run),
                    speed("first pass", run),
                    seconds("epoch", run),
                    speed("epoch", run));
        }
        table.print(out);
        out.println();
        for (String part : List.of("whole", "first pass", "epoch")) {
            out.printf(Locale.ROOT, "Serial share of the %s: %.1f%%%n", part, 100 * serialShare(runs(part)));
        }
    }

    private List<Measurement> runs(String part) {
        return runs.stream()
                .filter(run -> run.conditions().endsWith(" " + part))
                .toList();
    }

    private static int threads(Measurement run) {
        return Integer.parseInt(run.conditions().split(" ")[0]);
    }

    private double value(String part, int threads) {
        return runs(part).stream()
                .filter(run -> threads(run) == threads)
                .mapToDouble(Measurement::value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private String seconds(String part, Measurement run) {
        return String.format(Locale.ROOT, "%.2f", value(part, threads(run)));
    }

    private String speed(String part, Measurement run) {
        return String.format(Locale.ROOT, "%.2f", value(part, 1) / value(part, threads(run)));
    }

    /**
     * The share s that fits best, by least squares of the times in units of that with one thread: they are {@code s + (1 - s) / n}.
     *
     * @param runs one of them with one thread
     */
    static double serialShare(List<Measurement> runs) {
        double single = runs.stream()
                .filter(run -> threads(run) == 1)
                .mapToDouble(Measurement::value)
                .findFirst()
                .orElse(Double.NaN);
        double numerator = 0;
        double denominator = 0;
        for (Measurement run : runs) {
            double ideal = 1.0 / threads(run);
            numerator += (run.value() / single - ideal) * (1 - ideal);
            denominator += (1 - ideal) * (1 - ideal);
        }
        return numerator / denominator;
    }
}

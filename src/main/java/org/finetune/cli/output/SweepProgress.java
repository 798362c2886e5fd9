package org.finetune.cli.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.finetune.cli.terminal.TerminalBar;
import org.finetune.settings.Setting;
import org.finetune.tune.Combination;
import org.finetune.tune.SweepListener;
import org.finetune.tune.TrialResult;

/**
 * Shows on standard error how a sweep goes: a line for each trial that is over, and below them on a terminal a bar for the
 * sweep as a whole, with what the current trial is at; elsewhere lines at intervals say that.
 */
public final class SweepProgress implements SweepListener, AutoCloseable {
    /** Length of a trial on the bar. */
    private static final long TRIAL = 1000;
    /** A trial that shares nothing with others runs the frozen layers, trains the head, and fine-tunes. */
    private static final int TASKS = 3;

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Console console;
    private final List<Setting<?>> settings;
    private final LongSupplier nanoTime;
    private final Set<String> warned = new HashSet<>();
    private TerminalBar bar;
    private int trial;
    private int trials;
    private boolean firstTrialRuns = true;
    private String running = "";
    private ProgressTask task;
    private int tasksBegun;
    private long lastLine;

    /**
     * Shows a sweep.
     *
     * @param settings those that are tried
     */
    public SweepProgress(Console console, List<Setting<?>> settings) {
        this(console, settings, System::nanoTime);
    }

    /**
     * Shows a sweep by another clock.
     *
     * @param nanoTime the time in nanoseconds since some moment
     */
    SweepProgress(Console console, List<Setting<?>> settings, LongSupplier nanoTime) {
        this.console = console;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    @Override
    public void info(String message) {
        if (firstTrialRuns) {
            above(() -> console.info(message));
        }
    }

    /** What the first trial tells about photos, weights and backend holds for the others. */
    @Override
    public void fact(String label, String text) {
        if (firstTrialRuns && !label.equals("Run")) {
            above(() -> console.fact(label, text));
        }
    }

    @Override
    public void warning(String message) {
        if (warned.add(message)) {
            above(() -> console.warning(message));
        }
    }

    private void above(Runnable print) {
        if (bar == null) {
            print.run();
        } else {
            bar.printAbove(print);
        }
    }

    @Override
    public void trialStarted(int number, int planned, Combination combination) {
        trial = number;
        trials = planned;
        tasksBegun = 0;
        running = combination.toString();
    }

    @Override
    public void taskStarted(String name, long total) {
        task = new ProgressTask(name, total, ProgressUnit.IMAGES, nanoTime.getAsLong());
        tasksBegun++;
        lastLine = task.start();
        firstTrialRuns = false;
    }

    @Override
    public void taskProgress(long done, Supplier<String> detail) {
        long now = nanoTime.getAsLong();
        if (bar != null) {
            double tasks = Math.min(TASKS - 1, tasksBegun - 1) + (double) done / Math.max(1, task.total());
            ProgressTask current = task;
            String number = "trial " + trial + "/" + trials;
            String combination = running;
            bar.update((trial - 1) * TRIAL + (long) (TRIAL * tasks / TASKS), () -> {
                List<String> figures = new ArrayList<>(List.of(number, current.name()));
                figures.addAll(current.figures(done, "", now));
                figures.add(combination);
                return figures;
            });
        } else if (now - lastLine >= INTERVAL.toNanos()) {
            lastLine = now;
            console.info("trial " + trial + "/" + trials + ": " + task.position(done, detail.get(), now));
        }
    }

    /** Shows the bar, from when there is something to show. */
    public void start(int planned) {
        if (console.errTerminal().present() && !console.quiet()) {
            bar = new TerminalBar(console.err(), console.errTerminal(), "trials", planned * TRIAL);
        }
    }

    @Override
    public void trialFinished(TrialResult result, int planned, boolean best) {
        List<String> parts = new ArrayList<>();
        for (Setting<?> setting : settings) {
            String value = result.combination().value(setting);
            if (!value.isEmpty()) {
                parts.add(setting.key() + " " + value);
            }
        }
        String outcome = result.figures()
                .map(figures ->
                        String.format(Locale.ROOT, "top-1 %.1f%%, loss %.4f", 100 * figures.top1(), figures.loss()))
                .orElse(result.status() + ": " + result.problem());
        above(() -> console.info(String.format(
                Locale.ROOT,
                "trial %d/%d: %s: %s, %.1f s%s",
                result.number(),
                planned,
                String.join(", ", parts),
                outcome,
                result.seconds(),
                best ? ", best so far" : "")));
        if (bar != null) {
            bar.update(result.number() * TRIAL, List::of);
        }
    }

    @Override
    public void downloadStarted(String file, long bytes) {
        above(() -> console.info("Downloading " + file));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

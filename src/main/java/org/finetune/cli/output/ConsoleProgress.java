package org.finetune.cli.output;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.finetune.cli.terminal.TerminalBar;
import org.finetune.train.EpochResult;
import org.finetune.train.TrainingListener;
import org.finetune.weights.DownloadListener;

/**
 * Shows on standard error how a run goes: on a terminal a bar for each task, elsewhere lines at intervals. The length of
 * a task of training is taken to be a number of images.
 */
public final class ConsoleProgress implements TrainingListener, DownloadListener, AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Console console;
    private final LongSupplier nanoTime;
    private final EpochRows epochRows;
    private ProgressTask task;
    private TerminalBar bar;
    private long lastLine;
    private boolean begun;

    public ConsoleProgress(Console console) {
        this(console, System::nanoTime);
    }

    /**
     * Shows progress by another clock.
     *
     * @param nanoTime the time in nanoseconds since some moment
     */
    public ConsoleProgress(Console console, LongSupplier nanoTime) {
        this.console = console;
        this.nanoTime = nanoTime;
        this.epochRows = new EpochRows(console.errTerminal());
    }

    @Override
    public void info(String message) {
        aboveBar(() -> console.info(message));
    }

    @Override
    public void fact(String label, String text) {
        aboveBar(() -> console.fact(label, text));
    }

    @Override
    public void warning(String message) {
        aboveBar(() -> console.warning(message));
    }

    private void aboveBar(Runnable print) {
        if (bar == null) {
            print.run();
        } else {
            bar.printAbove(print);
        }
    }

    @Override
    public void taskStarted(String name, long total) {
        start(name, total, ProgressUnit.IMAGES);
    }

    private void start(String name, long total, ProgressUnit unit) {
        // A phase that begins anew has not ended its task.
        close();
        task = new ProgressTask(name, total, unit, nanoTime.getAsLong());
        lastLine = task.start();
        if (console.errTerminal().present() && !console.quiet()) {
            if (!begun) {
                console.text("");
                begun = true;
            }
            bar = new TerminalBar(console.err(), console.errTerminal(), name, total);
        }
    }

    @Override
    public void taskProgress(long done, Supplier<String> detail) {
        long now = nanoTime.getAsLong();
        if (bar != null) {
            ProgressTask current = task;
            bar.update(done, () -> current.figures(done, detail.get(), now));
        } else if (now - lastLine >= INTERVAL.toNanos()) {
            lastLine = now;
            console.info(task.position(done, detail.get(), now));
        }
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        aboveBar(() -> console.text(epochRows.of(result, epochs)));
    }

    @Override
    public void taskFinished() {
        String duration = task.duration(nanoTime.getAsLong());
        if (bar != null) {
            bar.finish(List.of("done in " + duration));
            bar = null;
        } else {
            console.info(task.name() + ": done in " + duration);
        }
        task = null;
    }

    @Override
    public void downloadStarted(String file, long bytes) {
        info("Downloading " + file);
        start("download", bytes, ProgressUnit.BYTES);
    }

    @Override
    public void downloadProgress(long bytes) {
        taskProgress(bytes, () -> "");
    }

    @Override
    public void downloadEnded(boolean whole) {
        if (whole) {
            taskFinished();
        } else {
            close();
        }
    }

    /** Ends what a failure has left open. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

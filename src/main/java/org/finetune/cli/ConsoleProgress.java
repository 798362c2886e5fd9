package org.finetune.cli;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.finetune.train.EpochResult;
import org.finetune.train.TrainingListener;
import org.finetune.weights.DownloadListener;

/**
 * Shows on standard error how a run goes: on a terminal a bar for each stage, elsewhere lines at intervals. The length of
 * a stage of training is taken to be a number of images.
 */
final class ConsoleProgress implements TrainingListener, DownloadListener, AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Console console;
    private final LongSupplier nanoTime;
    private Stage stage;
    private TerminalBar bar;
    private long lastLine;

    private record Stage(String name, long total, ProgressUnit unit, long start) {}

    ConsoleProgress(Console console) {
        this(console, System::nanoTime);
    }

    /**
     * Shows progress by another clock.
     *
     * @param nanoTime the time in nanoseconds since some moment
     */
    ConsoleProgress(Console console, LongSupplier nanoTime) {
        this.console = console;
        this.nanoTime = nanoTime;
    }

    @Override
    public void info(String message) {
        aboveBar(() -> console.info(message));
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
    public void stageStarted(String name, long total) {
        start(name, total, ProgressUnit.IMAGES);
    }

    private void start(String name, long total, ProgressUnit unit) {
        stage = new Stage(name, total, unit, nanoTime.getAsLong());
        lastLine = stage.start();
        if (console.terminal() != Terminal.NONE && !console.quiet()) {
            bar = new TerminalBar(console, name, total, unit);
        }
    }

    @Override
    public void stageProgress(long done, String detail) {
        if (bar != null) {
            bar.update(done, figures(done, detail, "  "));
        } else if (nanoTime.getAsLong() - lastLine >= INTERVAL.toNanos()) {
            lastLine = nanoTime.getAsLong();
            console.info(stage.name() + ": " + position(done) + ", " + figures(done, detail, ", "));
        }
    }

    private String position(long done) {
        ProgressUnit unit = stage.unit();
        return stage.total() < 0
                ? unit.format(done) + " " + unit.label()
                : String.format(
                        "%s of %s %s, %s left",
                        unit.format(done), unit.format(stage.total()), unit.label(), timeLeft(done));
    }

    private String figures(long done, String detail, String separator) {
        String rate = stage.unit().rate(done / seconds());
        return detail.isEmpty() ? rate : rate + separator + detail;
    }

    private double seconds() {
        return (nanoTime.getAsLong() - stage.start()) / 1e9;
    }

    private String timeLeft(long done) {
        if (done == 0) {
            return "?";
        }
        Duration left = Duration.ofSeconds(Math.round(seconds() / done * (stage.total() - done)));
        return String.format("%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        info(String.format(
                "%s epoch %d/%d: loss %.4f, accuracy %.1f%%, validation loss %.4f, validation accuracy %.1f%%, %.1f s%s",
                result.phase().label(),
                result.epoch(),
                epochs,
                result.trainLoss(),
                100 * result.trainTop1(),
                result.valLoss(),
                100 * result.valTop1(),
                result.seconds(),
                result.best() ? ", best so far" : ""));
    }

    @Override
    public void stageFinished() {
        if (bar != null) {
            bar.close();
            bar = null;
        } else {
            console.info(String.format("%s: done in %.1f s", stage.name(), seconds()));
        }
        stage = null;
    }

    @Override
    public void downloadStarted(String file, long bytes) {
        info("Downloading " + file);
        start("download", bytes, ProgressUnit.BYTES);
    }

    @Override
    public void downloadProgress(long bytes) {
        stageProgress(bytes, "");
    }

    @Override
    public void downloadEnded(boolean whole) {
        if (whole) {
            stageFinished();
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

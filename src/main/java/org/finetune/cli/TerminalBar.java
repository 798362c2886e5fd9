package org.finetune.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar in the last line of the terminal. */
final class TerminalBar implements AutoCloseable {
    private static final int UPDATE_MILLISECONDS = 200;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Line line;
    private final ProgressBar bar;

    TerminalBar(Console console, String name, long total, ProgressUnit unit) {
        line = new Line(System.err);
        bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .setStyle(
                        console.terminal() == Terminal.UNICODE
                                ? ProgressBarStyle.UNICODE_BLOCK
                                : ProgressBarStyle.ASCII)
                .setUnit(" " + unit.label(), unit.size())
                .setConsumer(line)
                .build();
    }

    /** Moves the bar on and shows figures beside it. */
    void update(long done, String figures) {
        bar.setExtraMessage(" " + figures);
        bar.stepTo(done);
    }

    /** Prints lines that stay above the bar. */
    void printAbove(Runnable print) {
        line.printAbove(print);
    }

    /** Leaves the bar as it is and goes to the next line. */
    @Override
    public void close() {
        bar.close();
    }

    /** The line of the bar. It is drawn on a thread of the library. */
    private static final class Line extends ConsoleProgressBarConsumer {
        private final PrintStream err;
        private String shown = "";

        Line(PrintStream err) {
            super(err);
            this.err = err;
        }

        @Override
        public synchronized void accept(String rendered) {
            shown = rendered;
            err.print(CLEAR_LINE + shown);
            err.flush();
        }

        synchronized void printAbove(Runnable print) {
            err.print(CLEAR_LINE);
            err.flush();
            print.run();
            err.print(shown);
            err.flush();
        }

        @Override
        public synchronized void close() {
            super.close();
        }
    }
}

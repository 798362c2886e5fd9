package org.finetune.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** A bar in the last line of a terminal. A thread of the library draws it anew at intervals. */
public final class TerminalBar implements AutoCloseable {
    private static final int UPDATE_MILLISECONDS = 200;

    private final BarLayout layout;
    private final Line line;
    private final ProgressBar bar;
    private final Thread endOfProcess;
    private volatile Supplier<List<String>> figures = List::of;

    /**
     * Shows a bar.
     *
     * @param err where the terminal is
     * @param total what {@link #update} counts to, or -1 if that is not known
     */
    public TerminalBar(PrintWriter err, Terminal terminal, String name, long total) {
        this.layout = new BarLayout(terminal);
        this.line = new Line(err, terminal);
        this.bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
                .setRenderer((state, width) -> layout.line(name, fraction(state), figures.get(), width))
                .setConsumer(line)
                .build();
        // After Ctrl-C the shell's prompt is to begin a line.
        this.endOfProcess = new Thread(line::close);
        try {
            Runtime.getRuntime().addShutdownHook(endOfProcess);
        } catch (IllegalStateException e) {
            // The process is ending, but waits for the command, which closes this bar.
        }
    }

    private static double fraction(ProgressState state) {
        return state.isIndefinite() ? -1 : state.getNormalizedProgress();
    }

    /**
     * Moves the bar on.
     *
     * @param shown what to show beside it, the most important first; asked whenever the bar is drawn
     */
    public void update(long done, Supplier<List<String>> shown) {
        figures = shown;
        bar.stepTo(done);
    }

    /** Prints lines that stay above the bar. */
    public void printAbove(Runnable print) {
        line.printAbove(print);
    }

    /** Shows the last figures beside the bar, which is whole even if its total was not reached, and ends it. */
    public void finish(List<String> shown) {
        figures = () -> shown;
        if (bar.getMax() > 0) {
            bar.stepTo(bar.getMax());
        }
        close();
    }

    /** Leaves the bar as it is and goes to the next line. */
    @Override
    public void close() {
        bar.close();
        try {
            Runtime.getRuntime().removeShutdownHook(endOfProcess);
        } catch (IllegalStateException e) {
            // The process is ending.
        }
    }

    /** The line of the bar. */
    private static final class Line implements ProgressBarConsumer {
        private static final String CLEAR_TO_END = "\u001b[J";
        private static final String UP = "\u001b[A";

        private final PrintWriter err;
        private final Terminal terminal;
        private String shown = "";
        private int shownColumns;
        private boolean closed;

        Line(PrintWriter err, Terminal terminal) {
            this.err = err;
            this.terminal = terminal;
        }

        @Override
        public int getMaxRenderedLength() {
            return terminal.columns().getAsInt();
        }

        @Override
        public synchronized void accept(String rendered) {
            if (!closed) {
                clear();
                shown = rendered;
                shownColumns = DisplayWidth.of(rendered.replaceAll("\u001b\\[[0-9;]*m", ""));
                err.print(shown);
                err.flush();
            }
        }

        /** In a window that has become narrower the line may have been broken into several. */
        @Override
        public synchronized void clear() {
            int lines = Math.max(0, shownColumns - 1)
                    / Math.max(1, terminal.columns().getAsInt());
            err.print(UP.repeat(lines) + "\r" + CLEAR_TO_END);
            err.flush();
        }

        synchronized void printAbove(Runnable print) {
            clear();
            print.run();
            err.print(shown);
            err.flush();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                err.println();
                err.flush();
            }
        }
    }
}

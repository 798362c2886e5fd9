package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import org.finetune.Printable;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;

/**
 * Where a command prints: results to standard output, everything about how it goes to standard error.
 *
 * @param out standard output
 * @param err standard error
 * @param quiet whether only warnings and results are wanted
 * @param outTerminal what standard output can show
 * @param errTerminal what standard error can show
 */
public record Console(PrintWriter out, PrintWriter err, boolean quiet, Terminal outTerminal, Terminal errTerminal) {
    private static final String WARNING = "warning:";
    private static final int LABEL_WIDTH = 11;
    private static final int MIN_TEXT_WIDTH = 20;

    /** A fact worth a line, or on a narrow terminal some. */
    public void info(String message) {
        if (quiet) {
            return;
        }
        String text = Printable.of(message);
        if (errTerminal.present()) {
            int columns = Math.max(MIN_TEXT_WIDTH, errTerminal.columns().getAsInt());
            DisplayWidth.wrap(text, columns).forEach(err::println);
        } else {
            err.println(text);
        }
    }

    /** Lines of this program's own making, which may be coloured, or are commands that must stay whole. */
    void text(String lines) {
        if (!quiet) {
            err.println(lines);
        }
    }

    /** A fact with a label, such as one of those that a run begins with. On a terminal such facts stand in a column. */
    void fact(String label, String text) {
        if (quiet) {
            return;
        }
        String printable = Printable.of(text);
        if (!errTerminal.present()) {
            err.println(label + ": " + printable);
            return;
        }
        int columns = Math.max(MIN_TEXT_WIDTH, errTerminal.columns().getAsInt() - LABEL_WIDTH);
        List<String> lines = DisplayWidth.wrap(printable, columns);
        err.println(errTerminal.faint(DisplayWidth.padRight(label, LABEL_WIDTH)) + lines.get(0));
        lines.stream().skip(1).forEach(line -> err.println(" ".repeat(LABEL_WIDTH) + line));
    }

    /**
     * A line of the result, with a label. On a terminal long ones continue below.
     *
     * @param figure what matters of it, which is set off
     * @param text what follows
     */
    void result(String label, String figure, String text) {
        String all = figure + text;
        List<String> lines = outTerminal.present()
                ? DisplayWidth.wrap(
                        all, Math.max(MIN_TEXT_WIDTH, outTerminal.columns().getAsInt() - LABEL_WIDTH))
                : List.of(all);
        String first = lines.get(0);
        int end = Math.min(figure.length(), first.length());
        String begun = end == 0 ? "" : outTerminal.strong(first.substring(0, end));
        out.println(DisplayWidth.padRight(label, LABEL_WIDTH) + begun + first.substring(end));
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(LABEL_WIDTH) + line));
    }

    /**
     * A line of the result that begins with what matters of it. On a terminal long ones continue below.
     *
     * @param figure what is set off
     * @param text what follows
     */
    void heading(String figure, String text) {
        List<String> lines = outTerminal.present()
                ? DisplayWidth.wrap(
                        figure + text,
                        Math.max(MIN_TEXT_WIDTH, outTerminal.columns().getAsInt()))
                : List.of(figure + text);
        String first = lines.get(0);
        int end = Math.min(figure.length(), first.length());
        out.println(outTerminal.strong(first.substring(0, end)) + first.substring(end));
        lines.stream().skip(1).forEach(out::println);
    }

    /** Something the user should know and perhaps act on. */
    public void warning(String message) {
        String text = WARNING + " " + Printable.of(message);
        if (errTerminal.present()) {
            int columns = Math.max(MIN_TEXT_WIDTH, errTerminal.columns().getAsInt());
            text = String.join(System.lineSeparator(), DisplayWidth.wrap(text, columns));
        }
        err.println(errTerminal.caution(WARNING) + text.substring(WARNING.length()));
    }
}

package org.finetune.cli.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * What a stream of output can show. Java cannot tell what its standard streams are, so the launcher passes it.
 *
 * @param present whether the stream goes to a terminal that can move its cursor, rather than to a file or a pipe
 * @param unicode whether other characters than ASCII can be used for drawing
 * @param color whether text can be coloured
 * @param columns the width at this moment; where there is no terminal, without a limit
 */
public record Terminal(boolean present, boolean unicode, boolean color, IntSupplier columns) {
    /** A file or a pipe. */
    public static final Terminal NONE = new Terminal(false, false, false, () -> Integer.MAX_VALUE);

    private static final int DEFAULT_COLUMNS = 80;
    /** Picocli's smallest width. */
    private static final int MIN_HELP_COLUMNS = 55;

    private static final int MAX_HELP_COLUMNS = 100;

    /** The standard streams, by the launcher's name and the system's number. */
    public enum Stream {
        STDOUT,
        STDERR;

        private int fileDescriptor() {
            return ordinal() + 1;
        }
    }

    /** What a standard stream of this process can show. */
    public static Terminal of(Stream stream, ColorWhen color) {
        Map<String, String> environment = System.getenv();
        boolean present = passed("terminals").contains(stream.name().toLowerCase(Locale.ROOT));
        boolean colored = color.colors(present, environment);
        if (!present) {
            return new Terminal(false, false, colored, NONE.columns());
        }
        int fixed = number(environment.get("COLUMNS"), 0);
        int atStart = number(System.getProperty("finetune.columns"), DEFAULT_COLUMNS);
        IntSupplier columns = fixed > 0 ? () -> fixed : () -> WindowSize.columns(stream.fileDescriptor(), atStart);
        return new Terminal(true, Boolean.getBoolean("finetune.unicode"), colored, columns);
    }

    private static List<String> passed(String name) {
        return Arrays.asList(System.getProperty("finetune." + name, "").split(","));
    }

    /**
     * The width that help is wrapped to: that of {@code COLUMNS} or of the terminal when the process was started, at most
     * 100; 80 where there is neither. This one loads no native library.
     */
    public static int helpColumns() {
        int columns = number(System.getenv("COLUMNS"), number(System.getProperty("finetune.columns"), DEFAULT_COLUMNS));
        return Math.max(MIN_HELP_COLUMNS, Math.min(columns, MAX_HELP_COLUMNS));
    }

    private static int number(String text, int otherwise) {
        return text != null && text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : otherwise;
    }

    /** Text that matters. */
    public String strong(String text) {
        return styled(text, Style.bold);
    }

    /** Text that only supports other text. */
    public String faint(String text) {
        return styled(text, Style.faint);
    }

    /** Good news. */
    public String good(String text) {
        return styled(text, Style.fg_green);
    }

    /** Something to look at. */
    public String caution(String text) {
        return styled(text, Style.fg_yellow);
    }

    /** Bad news. */
    public String bad(String text) {
        return styled(text, Style.fg_red);
    }

    private String styled(String text, Style style) {
        return color && !text.isEmpty() ? style.on() + text + Style.reset.on() : text;
    }

    /** The same for picocli's help. */
    public Ansi ansi() {
        return color ? Ansi.ON : Ansi.OFF;
    }

    /** What stands for text that was left out. */
    public String ellipsis() {
        return unicode ? "\u2026" : "...";
    }
}

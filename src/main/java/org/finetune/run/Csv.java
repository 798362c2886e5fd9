package org.finetune.run;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.finetune.Printable;

/** Comma-separated values (RFC 4180, with line feeds) that a spreadsheet program opens without running anything. */
public final class Csv {
    private static final Pattern QUOTED = Pattern.compile("[\",]");
    private static final Pattern FORMULA = Pattern.compile("^[=+\\-@\uff1d\uff0b\uff0d\uff20']");

    private Csv() {}

    /**
     * Makes a line, with its line feed. Texts that a spreadsheet would take for a formula get an apostrophe before them,
     * and so do those that begin with one, so that the text is always what is behind a first apostrophe. Control characters
     * and the like become escapes ({@link Printable#of}), so a line is always one line. Numbers are left alone.
     */
    public static String line(List<?> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\n"));
    }

    private static String cell(Object value) {
        if (value instanceof Number) {
            return value.toString();
        }
        String text = Printable.of(value.toString());
        if (FORMULA.matcher(text).find()) {
            text = "'" + text;
        }
        return QUOTED.matcher(text).find() || text.startsWith("'") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}

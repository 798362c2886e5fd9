package org.finetune.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A table that is printed if it has rows. */
final class MarkdownTable {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    MarkdownTable(String... header) {
        this.header = List.of(header);
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(PrintStream out) {
        if (rows.isEmpty()) {
            return;
        }
        out.println();
        print(header, out);
        print(Collections.nCopies(header.size(), "---"), out);
        rows.forEach(row -> print(row, out));
    }

    private static void print(List<String> cells, PrintStream out) {
        out.println("| " + String.join(" | ", cells) + " |");
    }

    /** A figure, or a dash for none. */
    static String cell(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }

    /** {@code part / whole}, or a dash. */
    static String ratio(String format, OptionalDouble part, OptionalDouble whole) {
        return part.isPresent() && whole.isPresent()
                ? String.format(Locale.ROOT, format, part.getAsDouble() / whole.getAsDouble())
                : "-";
    }
}

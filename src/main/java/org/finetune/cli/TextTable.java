package org.finetune.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;

/** A table of plain text with aligned columns. On a terminal the widest column gives way where the window is narrow. */
final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_WIDTH = 8;

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private record Column(String title, boolean right) {}

    /**
     * Makes a table without rows.
     *
     * @param titles titles of the columns; after ">" a column is aligned to the right
     */
    TextTable(String... titles) {
        columns = List.of(titles).stream()
                .map(title -> title.startsWith(">") ? new Column(title.substring(1), true) : new Column(title, false))
                .toList();
    }

    /** Adds a row. The cells may come from outside. */
    void row(Object... cells) {
        rows.add(List.of(cells).stream()
                .map(cell -> Printable.of(cell.toString()))
                .toList());
    }

    /** Prints the table at its full width. */
    void print(PrintWriter out) {
        print(out, Terminal.NONE);
    }

    /** Prints the table for what is behind a stream. */
    void print(PrintWriter out, Terminal terminal) {
        int[] widths = IntStream.range(0, columns.size()).map(this::width).toArray();
        fit(widths, terminal.columns().getAsInt());
        List<String> titles = columns.stream().map(Column::title).toList();
        out.println(terminal.strong(line(titles, widths, terminal)));
        rows.forEach(row -> out.println(line(row, widths, terminal)));
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row -> DisplayWidth.of(row.get(column)))
                .reduce(DisplayWidth.of(columns.get(column).title()), Math::max);
    }

    /** Takes from the widest column what the window lacks, as far as something useful is left. */
    private static void fit(int[] widths, int window) {
        int widest = IntStream.range(0, widths.length)
                .reduce((a, b) -> widths[b] > widths[a] ? b : a)
                .orElseThrow();
        int lacking = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - window;
        if (lacking > 0) {
            widths[widest] = Math.max(Math.min(widths[widest], MIN_WIDTH), widths[widest] - lacking);
        }
    }

    private String line(List<String> cells, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = DisplayWidth.shortenEnd(cells.get(i), widths[i], terminal.ellipsis());
            line.append(i == 0 ? "" : GAP)
                    .append(
                            columns.get(i).right()
                                    ? DisplayWidth.padLeft(cell, widths[i])
                                    : DisplayWidth.padRight(cell, widths[i]));
        }
        return line.toString().stripTrailing();
    }
}

package org.finetune.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A table of plain text with aligned columns. */
final class TextTable {
    private static final String GAP = "  ";

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

    void print(PrintWriter out) {
        int[] widths = IntStream.range(0, columns.size()).map(this::width).toArray();
        print(out, columns.stream().map(Column::title).toList(), widths);
        rows.forEach(row -> print(out, row, widths));
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row -> length(row.get(column)))
                .reduce(length(columns.get(column).title()), Math::max);
    }

    private void print(PrintWriter out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - length(cells.get(i)));
            line.append(columns.get(i).right() ? padding + cells.get(i) : cells.get(i) + padding);
            line.append(GAP);
        }
        out.println(line.toString().stripTrailing());
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

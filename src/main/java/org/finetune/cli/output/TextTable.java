package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.finetune.Printable;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;

/**
 * A table of plain text with aligned columns. On a terminal the widest columns give way where the window is narrow; numbers,
 * which are aligned to the right, stay whole.
 */
final class TextTable {
    private static final String GAP = "  ";
    private static final int MIN_WIDTH = 8;

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private List<String> dispensable = List.of();

    /**
     * A column.
     *
     * @param right whether it is aligned to the right
     * @param path whether the end of a cell matters more than its beginning
     */
    private record Column(String title, boolean right, boolean path) {
        String cell(String text, int width, String ellipsis) {
            String cell = path
                    ? DisplayWidth.shortenStart(text, width, ellipsis)
                    : DisplayWidth.shortenEnd(text, width, ellipsis);
            return right ? DisplayWidth.padLeft(cell, width) : DisplayWidth.padRight(cell, width);
        }
    }

    /**
     * Makes a table without rows.
     *
     * @param titles titles of the columns; after ">" a column is aligned to the right, after "/" it may have paths
     */
    TextTable(String... titles) {
        columns = List.of(titles).stream()
                .map(title -> new Column(title.replaceFirst("^[>/]", ""), title.startsWith(">"), title.startsWith("/")))
                .toList();
    }

    /**
     * Says which columns are left out where the window is too narrow for all.
     *
     * @param titles in the order in which they go
     */
    void canDoWithout(String... titles) {
        dispensable = List.of(titles);
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
        int window = terminal.columns().getAsInt();
        int[] shown = shown(window);
        int[] widths = Arrays.stream(shown).map(this::width).toArray();
        fit(shown, widths, window);
        List<String> titles = columns.stream().map(Column::title).toList();
        out.println(terminal.strong(line(titles, shown, widths, terminal)));
        rows.forEach(row -> out.println(line(row, shown, widths, terminal)));
    }

    /** The columns that are not left out: as many as fit once texts are short. */
    private int[] shown(int window) {
        int[] shown = IntStream.range(0, columns.size()).toArray();
        for (String title : dispensable) {
            int[] widths = Arrays.stream(shown)
                    .map(column -> columns.get(column).right() ? width(column) : leastWidth(column))
                    .toArray();
            if (lacking(widths, window) <= 0) {
                break;
            }
            shown = Arrays.stream(shown)
                    .filter(column -> !columns.get(column).title().equals(title))
                    .toArray();
        }
        return shown;
    }

    private static int lacking(int[] widths, int window) {
        return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - window;
    }

    private int width(int column) {
        return Math.max(DisplayWidth.of(columns.get(column).title()), cellWidth(column));
    }

    private int cellWidth(int column) {
        return rows.stream()
                .mapToInt(row -> DisplayWidth.of(row.get(column)))
                .max()
                .orElse(0);
    }

    /** What a column must have: of texts the beginning, of numbers all but the title. */
    private int leastWidth(int column) {
        int least = columns.get(column).right() ? Math.max(MIN_WIDTH, cellWidth(column)) : MIN_WIDTH;
        return Math.min(width(column), least);
    }

    /** Takes from the widest columns what the window lacks, as far as something useful is left. */
    private void fit(int[] shown, int[] widths, int window) {
        for (int lacking = lacking(widths, window); lacking > 0; lacking--) {
            OptionalInt widest = IntStream.range(0, widths.length)
                    .filter(i -> widths[i] > leastWidth(shown[i]))
                    .reduce((a, b) -> widths[b] > widths[a] ? b : a);
            if (widest.isEmpty()) {
                return;
            }
            widths[widest.getAsInt()]--;
        }
    }

    private String line(List<String> cells, int[] shown, int[] widths, Terminal terminal) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? "" : GAP)
                    .append(columns.get(shown[i]).cell(cells.get(shown[i]), widths[i], terminal.ellipsis()));
        }
        return line.toString().stripTrailing();
    }
}

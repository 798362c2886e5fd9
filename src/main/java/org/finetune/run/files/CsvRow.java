package org.finetune.run.files;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.run.Csv;

/**
 * A row of a file of comma-separated values that has a header.
 *
 * @param cells by the names of the columns
 */
record CsvRow(Map<String, String> cells) {

    /**
     * Reads a file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    static List<CsvRow> read(Path file) throws IOException {
        return FileReading.read(file, CsvRow::rows);
    }

    private static List<CsvRow> rows(InputStream in) throws IOException {
        List<String[]> lines = cells(in);
        List<CsvRow> rows = new ArrayList<>();
        for (int line = 1; line < lines.size(); line++) {
            rows.add(row(lines.get(0), lines.get(line)));
        }
        return rows;
    }

    /** The lines of a file with all their cells, as the texts that {@link Csv#line} was given. */
    static List<List<String>> lines(InputStream in) throws IOException {
        return cells(in).stream()
                .map(line -> Stream.of(line)
                        .map(cell -> cell.startsWith("'") ? cell.substring(1) : cell)
                        .toList())
                .toList();
    }

    private static List<String[]> cells(InputStream in) throws IOException {
        try (MappingIterator<String[]> lines = new CsvMapper()
                .readerFor(String[].class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .readValues(in)) {
            return lines.readAll();
        }
    }

    /** The first of several columns of a name counts, since the name of a class may be that of a column. */
    private static CsvRow row(String[] header, String[] cells) throws IOException {
        if (cells.length != header.length) {
            throw new IOException("a line has " + cells.length + " values, not " + header.length);
        }
        Map<String, String> row = new HashMap<>();
        for (int column = 0; column < header.length; column++) {
            row.putIfAbsent(header[column], cells[column]);
        }
        return new CsvRow(row);
    }

    /** The text in a column. */
    String text(String column) throws IOException {
        String text = cells.get(column);
        if (text == null) {
            throw new IOException("it has no column " + column);
        }
        return text;
    }

    /** The number in a column. */
    double number(String column) throws IOException {
        try {
            return Double.parseDouble(text(column));
        } catch (NumberFormatException e) {
            throw new IOException("'" + text(column) + "' in the column " + column + " is no number", e);
        }
    }

    /** The whole number in a column. */
    int count(String column) throws IOException {
        try {
            return Integer.parseInt(text(column));
        } catch (NumberFormatException e) {
            throw new IOException("'" + text(column) + "' in the column " + column + " is no whole number", e);
        }
    }
}

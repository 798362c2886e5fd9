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
 * @param cells by the names of the columns that were asked for
 */
record CsvRow(Map<String, String> cells) {

    /**
     * Reads a file.
     *
     * @param columns names of the columns that are wanted; the others, which may be thousands, are passed over
     * @throws IOException saying in a few words what is wrong with it
     */
    static List<CsvRow> read(Path file, List<String> columns) throws IOException {
        return FileReading.read(file, in -> rows(in, columns));
    }

    private static List<CsvRow> rows(InputStream in, List<String> columns) throws IOException {
        List<CsvRow> rows = new ArrayList<>();
        try (MappingIterator<String[]> lines = lines(in)) {
            // Unlike hasNext and next, these have damage as an IOException.
            String[] header = lines.hasNextValue() ? lines.nextValue() : new String[0];
            while (lines.hasNextValue()) {
                rows.add(row(header, lines.nextValue(), columns));
            }
        }
        return rows;
    }

    /** The lines of a file with all their cells, as the texts that {@link Csv#line} was given. */
    static List<List<String>> texts(InputStream in) throws IOException {
        try (MappingIterator<String[]> lines = lines(in)) {
            return lines.readAll().stream()
                    .map(line -> Stream.of(line)
                            .map(cell -> cell.startsWith("'") ? cell.substring(1) : cell)
                            .toList())
                    .toList();
        }
    }

    private static MappingIterator<String[]> lines(InputStream in) throws IOException {
        return new CsvMapper()
                .readerFor(String[].class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .readValues(in);
    }

    /** The first of several columns of a name counts, since the name of a class may be that of a column. */
    private static CsvRow row(String[] header, String[] cells, List<String> columns) throws IOException {
        if (cells.length != header.length) {
            throw new IOException("a line has " + cells.length + " values, not " + header.length);
        }
        Map<String, String> row = new HashMap<>();
        for (int column = 0; column < header.length; column++) {
            if (columns.contains(header[column])) {
                row.putIfAbsent(header[column], cells[column]);
            }
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
            throw new IOException("'" + text(column) + "' in the column " + column + " is not a number", e);
        }
    }

    /** The whole number in a column. */
    int count(String column) throws IOException {
        try {
            return Integer.parseInt(text(column));
        } catch (NumberFormatException e) {
            throw new IOException("'" + text(column) + "' in the column " + column + " is not a whole number", e);
        }
    }
}

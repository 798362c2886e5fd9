package org.finetune.data.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;

/**
 * The rows of a manifest.
 *
 * @param file the manifest
 * @param header names of the columns; nothing if the file begins with a photo
 * @param rows the others, each with a cell for every column
 */
record ManifestTable(Path file, Optional<List<String>> header, List<Row> rows) {
    static final ObjectMapper JSON = new ObjectMapper();

    static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    static final char BYTE_ORDER_MARK = '\ufeff';

    /** What separates the cells of a file that is not separated by tabs for sure; the first counts where there is none. */
    private static final List<Character> SEPARATORS = List.of(',', ';', '\t');

    /**
     * A row.
     *
     * @param line the line of the file on which it is, counted from 1
     * @param cells its texts; a value of JSON that is no text, number or truth value is its JSON
     */
    record Row(int line, List<String> cells) {}

    /**
     * Reads a manifest.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, or is no table
     */
    static ManifestTable read(Path file) {
        boolean json = isJson(file);
        try (InputStream in = Files.newInputStream(file)) {
            List<Row> rows = json ? List.of() : csvRows(file, in);
            ManifestTable table = json ? jsonTable(file, in) : withHeader(file, rows);
            if (table.rows.isEmpty()) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + file + "' names no photos; it needs " + (json ? "an object" : "a row") + " for each.");
            }
            return table;
        } catch (CharConversionException | CharacterCodingException e) {
            throw refusal(file, firstLineNotInUtf8(file), "it is not UTF-8 text; save the file as UTF-8.");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static FinetuneException unreadable(Path file, IOException e) {
        return new FinetuneException(
                ExitCode.DATA, "Cannot read '" + file + "' (" + FailureReason.of(e) + "); check the file.", e);
    }

    private static boolean isJson(Path file) {
        return !hasEnding(file, ".csv") && !hasEnding(file, ".tsv");
    }

    /** Whether the name of a file ends like this, in small letters or not. */
    static boolean hasEnding(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    private static int firstLineNotInUtf8(Path file) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            int line = 1;
            String text = lines.readLine();
            // Bytes that are no characters are read as this one.
            while (text != null && text.indexOf('\ufffd') < 0) {
                text = lines.readLine();
                line++;
            }
            return line;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static List<Row> csvRows(Path file, InputStream in) throws IOException {
        CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator(file));
        List<Row> rows = new ArrayList<>();
        try (CsvParser parser = CSV.getFactory().createParser(in)) {
            parser.setSchema(schema);
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                rows.add(csvRow(parser));
            }
        } catch (JsonProcessingException e) {
            // Not where the parser is: that is the end of the file for a quote that is not closed.
            int line = rows.isEmpty() ? 1 : rows.get(rows.size() - 1).line() + 1;
            throw refusal(file, line, e.getOriginalMessage() + "; correct it.");
        }
        return rows;
    }

    /** The row whose beginning a parser has just read. */
    static Row csvRow(CsvParser parser) throws IOException {
        List<String> cells = new ArrayList<>();
        int line = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (cells.isEmpty()) {
                line = parser.currentLocation().getLineNr();
            }
            cells.add(parser.getText().strip());
        }
        return new Row(line, cells);
    }

    /** Spreadsheet programs write semicolons where the comma is that of decimals. */
    private static char separator(Path file) throws IOException {
        if (hasEnding(file, ".tsv")) {
            return '\t';
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            return separatorOf(Optional.ofNullable(lines.readLine()).orElse(""));
        }
    }

    /** What separates the cells of a file with this first line. */
    static char separatorOf(String first) {
        return Collections.max(
                SEPARATORS,
                Comparator.comparingLong((Character separator) ->
                                first.chars().filter(c -> c == separator).count())
                        .thenComparing(SEPARATORS::indexOf, Comparator.reverseOrder()));
    }

    private static ManifestTable withHeader(Path file, List<Row> rows) {
        if (rows.isEmpty()) {
            return new ManifestTable(file, Optional.empty(), rows);
        }
        Row first = rows.get(0);
        boolean headed = first.cells().stream().noneMatch(FileKind::hasPhotoEnding);
        int columns = first.cells().size();
        List<Row> others = rows.subList(headed ? 1 : 0, rows.size()).stream()
                .map(row -> row.cells().size() > columns ? withoutEmptyEnd(row, columns) : row)
                .toList();
        for (Row row : others) {
            if (row.cells().size() != columns) {
                throw refusal(
                        file,
                        row.line(),
                        row.cells().size() + " values, but " + columns
                                + " in the first row; correct it, and quote values that contain the separator.");
            }
        }
        return new ManifestTable(file, headed ? Optional.of(first.cells()) : Optional.empty(), others);
    }

    /** Spreadsheet programs leave separators at the end of rows. */
    private static Row withoutEmptyEnd(Row row, int columns) {
        boolean empty =
                row.cells().subList(columns, row.cells().size()).stream().allMatch(String::isEmpty);
        return empty ? new Row(row.line(), row.cells().subList(0, columns)) : row;
    }

    private static ManifestTable jsonTable(Path file, InputStream in) throws IOException {
        Map<String, Integer> columns = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String text = number == 1 && line.indexOf(BYTE_ORDER_MARK) == 0 ? line.substring(1) : line;
            if (!text.isBlank()) {
                rows.add(new Row(number, jsonCells(file, number, text, columns)));
            }
            number++;
        }
        // Objects that come earlier may lack keys of later ones.
        List<Row> padded = rows.stream()
                .map(row -> new Row(row.line(), padded(row.cells(), columns.size())))
                .toList();
        return new ManifestTable(file, Optional.of(List.copyOf(columns.keySet())), padded);
    }

    private static List<String> jsonCells(Path file, int line, String text, Map<String, Integer> columns) {
        JsonNode object;
        try {
            object = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw refusal(file, line, e.getOriginalMessage() + "; each line has to be a JSON object.");
        }
        if (!object.isObject()) {
            throw refusal(file, line, "it is not a JSON object; write one object per line.");
        }
        object.properties().forEach(field -> columns.putIfAbsent(field.getKey(), columns.size()));
        String[] cells = new String[columns.size()];
        Arrays.fill(cells, "");
        object.properties().forEach(field -> cells[columns.get(field.getKey())] = text(field.getValue()));
        return List.of(cells);
    }

    /** The text of a value, which is its JSON if it is no text, number or truth value. */
    static String text(JsonNode value) {
        if (value.isArray() && value.size() == 1) {
            return text(value.get(0));
        }
        return value.isNull() ? "" : value.isValueNode() ? value.asText().strip() : value.toString();
    }

    private static List<String> padded(List<String> cells, int columns) {
        return Stream.concat(cells.stream(), Collections.nCopies(columns - cells.size(), "").stream())
                .toList();
    }

    /**
     * What is wrong with a row.
     *
     * @param what is wrong, and the remedy
     */
    FinetuneException refusal(Row row, String what) {
        return refusal(file, row.line(), what);
    }

    /** What is wrong with a line of a manifest. */
    static FinetuneException refusal(Path file, int line, String what) {
        return new FinetuneException(ExitCode.DATA, "'" + file + "', line " + line + ": " + what);
    }
}

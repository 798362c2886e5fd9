package org.finetune.data.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;

/**
 * The names of the photos in a manifest, in its order, as it states them. They are read one by one, so a manifest of any length
 * takes no more memory than a line of it. Whether there are such photos is found when they are read.
 */
public final class ManifestNames implements Iterator<String>, Closeable {
    /** Characters of the first line, by which the separator is known. */
    private static final int LONGEST_HEADER = 1 << 20;

    private static final Pattern HERE = Pattern.compile("^(?:\\./+)+");

    private final String file;
    private final Rows rows;
    private Name next;

    /**
     * A name in the file.
     *
     * @param line the line on which it is, counted from 1
     */
    record Name(int line, String text) {}

    /** What is left of the file. */
    private interface Rows extends Closeable {
        /** The name in the next row, or null after the last one. */
        Name read() throws IOException;
    }

    private ManifestNames(String file, Rows rows) {
        this.file = file;
        this.rows = rows;
    }

    /**
     * Begins to read a manifest.
     *
     * @param file the path or URI of the manifest: CSV or TSV if it ends so, else JSON Lines
     * @param content what is in it; it is closed with the result
     * @throws FinetuneException with {@link ExitCode#DATA} if it is no manifest, as later when a name is asked for
     */
    public static ManifestNames read(String file, InputStream content) {
        BufferedReader text = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8.newDecoder()));
        try {
            text.mark(1);
            if (text.read() != ManifestTable.BYTE_ORDER_MARK) {
                text.reset();
            }
            String lower = file.toLowerCase(Locale.ROOT);
            boolean tabs = lower.endsWith(".tsv");
            Rows rows = tabs || lower.endsWith(".csv") ? new CsvRows(file, text, tabs) : new JsonRows(file, text);
            ManifestNames names = new ManifestNames(file, rows);
            names.next = names.readNext();
            return names;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** What is thrown where the file cannot be read. */
    static FinetuneException unreadable(String file, IOException e) {
        return new FinetuneException(
                ExitCode.DATA, "Cannot read '" + file + "' (" + FailureReason.of(e) + "); check the file.", e);
    }

    private static FinetuneException refusal(String file, int line, String what) {
        return new FinetuneException(ExitCode.DATA, "'" + file + "', line " + line + ": " + what);
    }

    private Name readNext() throws IOException {
        Name name;
        try {
            name = rows.read();
        } catch (CharacterCodingException e) {
            throw new FinetuneException(ExitCode.DATA, "'" + file + "' is not UTF-8 text; save the file as UTF-8.", e);
        } catch (JsonProcessingException e) {
            throw refusal(file, line() + 1, e.getOriginalMessage() + "; correct it.");
        }
        if (name != null && name.text().isEmpty()) {
            throw refusal(file, name.line(), "it names no photo; add its name, or remove the line.");
        }
        return name == null
                ? null
                : new Name(name.line(), HERE.matcher(name.text()).replaceFirst(""));
    }

    private int line() {
        return next == null ? 0 : next.line();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public String next() {
        return nextName().text();
    }

    /** The next name, with its line. */
    Name nextName() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        Name name = next;
        try {
            next = readNext();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return name;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    /** Rows of cells. */
    private static final class CsvRows implements Rows {
        private final String file;
        private final CsvParser parser;
        private final int column;
        private final int columns;
        private ManifestTable.Row row;

        CsvRows(String file, BufferedReader text, boolean tabs) throws IOException {
            this.file = file;
            CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(tabs ? '\t' : separator(text));
            this.parser = ManifestTable.CSV.getFactory().createParser(text);
            parser.setSchema(schema);
            row = nextRow();
            List<String> first = row == null ? List.of() : row.cells();
            columns = first.size();
            boolean headed = first.stream().noneMatch(FileKind::hasPhotoEnding);
            column = (headed ? ManifestColumns.photoOf(first) : firstPhoto(first))
                    .orElseThrow(() -> new FinetuneException(
                            ExitCode.DATA,
                            "'" + file + "' has no column of photos among '" + String.join(", ", first)
                                    + "'; name one of its columns file_name."));
            if (headed) {
                row = nextRow();
            }
        }

        private static char separator(BufferedReader text) throws IOException {
            text.mark(LONGEST_HEADER);
            String first = text.readLine();
            text.reset();
            return ManifestTable.separatorOf(Optional.ofNullable(first).orElse(""));
        }

        private static Optional<Integer> firstPhoto(List<String> cells) {
            return IntStream.range(0, cells.size())
                    .filter(cell -> FileKind.hasPhotoEnding(cells.get(cell)))
                    .boxed()
                    .findFirst();
        }

        private ManifestTable.Row nextRow() throws IOException {
            return parser.nextToken() == JsonToken.START_ARRAY ? ManifestTable.csvRow(parser) : null;
        }

        @Override
        public Name read() throws IOException {
            if (row == null) {
                return null;
            }
            int cells = row.cells().size();
            // Spreadsheet programs leave separators at the end of rows.
            boolean more = cells > columns
                    && !row.cells().subList(columns, cells).stream().allMatch(String::isEmpty);
            if (cells < columns || more) {
                throw refusal(
                        file,
                        row.line(),
                        cells + " values, but " + columns
                                + " in the first row; correct it, and quote values that contain the separator.");
            }
            Name name = new Name(row.line(), row.cells().get(column));
            row = nextRow();
            return name;
        }

        @Override
        public void close() throws IOException {
            parser.close();
        }
    }

    /** Lines of JSON objects. */
    private static final class JsonRows implements Rows {
        private final String file;
        private final BufferedReader text;
        private String key;
        private int line;

        JsonRows(String file, BufferedReader text) {
            this.file = file;
            this.text = text;
        }

        @Override
        public Name read() throws IOException {
            String read = text.readLine();
            line++;
            while (read != null && read.isBlank()) {
                read = text.readLine();
                line++;
            }
            if (read == null) {
                return null;
            }
            JsonNode object = ManifestTable.JSON.readTree(read);
            if (!object.isObject()) {
                throw refusal(file, line, "it is not a JSON object; write one object per line.");
            }
            if (key == null) {
                key = photoKey(object);
            }
            JsonNode name = object.get(key);
            return new Name(line, name == null ? "" : ManifestTable.text(name));
        }

        private String photoKey(JsonNode object) {
            List<String> keys = new ArrayList<>();
            object.fieldNames().forEachRemaining(keys::add);
            return ManifestColumns.photoOf(keys)
                    .map(keys::get)
                    .orElseThrow(() -> new FinetuneException(
                            ExitCode.DATA,
                            "'" + file + "' has no key of photos among " + String.join(", ", keys)
                                    + "; name one of its keys file_name."));
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}

package org.finetune.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.run.PlainFiles;

/** Reads the files of a run directory. All methods throw {@link ExitCode#DATA} if a file is not as it should be. */
final class RunFileReader {
    private static final long MAX_BYTES = 256L << 20;

    private RunFileReader() {}

    /** Reads a file. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(InputStream in) throws IOException;
    }

    static JsonNode json(Path file) {
        return read(file, in -> new ObjectMapper().readTree(in));
    }

    static JsonNode yaml(Path file) {
        return read(file, in -> new ObjectMapper(new YAMLFactory()).readTree(in));
    }

    /** The rows of a file with a header, by the names of the columns; the first of several columns of a name counts. */
    static List<Map<String, String>> csv(Path file) {
        return read(file, in -> {
            try (MappingIterator<String[]> lines = new CsvMapper()
                    .readerFor(String[].class)
                    .with(CsvParser.Feature.WRAP_AS_ARRAY)
                    .readValues(in)) {
                List<Map<String, String>> rows = new ArrayList<>();
                String[] header = lines.hasNextValue() ? lines.nextValue() : new String[0];
                while (lines.hasNextValue()) {
                    rows.add(row(header, lines.nextValue()));
                }
                return rows;
            }
        });
    }

    private static Map<String, String> row(String[] header, String[] cells) throws IOException {
        if (cells.length != header.length) {
            throw new IOException("a line has " + cells.length + " values, not " + header.length);
        }
        Map<String, String> row = new HashMap<>();
        for (int column = 0; column < header.length; column++) {
            row.putIfAbsent(header[column], cells[column]);
        }
        return row;
    }

    /** The text of a column. */
    static String text(Path file, Map<String, String> row, String column) {
        String text = row.get(column);
        if (text == null) {
            throw unreadable(file, "it has no column " + column);
        }
        return text;
    }

    /** The number of a column. */
    static double number(Path file, Map<String, String> row, String column) {
        String text = text(file, row, column);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw unreadable(file, "'" + text + "' in the column " + column + " is no number", e);
        }
    }

    private static <T> T read(Path file, Reader<T> reader) {
        try (InputStream in = PlainFiles.read(file)) {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES + " bytes");
            }
            return reader.read(in);
        } catch (JsonProcessingException e) {
            throw unreadable(file, e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, FailureReason.of(e), e);
        }
    }

    /** Says that a file is not as it should be. */
    static FinetuneException unreadable(Path file, String reason) {
        return unreadable(file, reason, null);
    }

    private static FinetuneException unreadable(Path file, String reason, Exception e) {
        return new FinetuneException(
                ExitCode.DATA, "Cannot read '" + file + "': " + reason + "; train the run again or leave it out.", e);
    }
}

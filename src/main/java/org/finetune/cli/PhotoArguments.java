package org.finetune.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Arguments that name photos. */
final class PhotoArguments {
    private static final String STANDARD_INPUT = "-";

    private PhotoArguments() {}

    /**
     * Puts the paths on standard input, one a line, in the place of the argument {@code -}.
     *
     * @param in standard input
     * @return all arguments in one part; where standard input is the only one, parts of those lines that are there when a
     *     part is asked for, for which it waits
     * @throws FinetuneException with {@link ExitCode#USAGE}, also when a part is asked for, if standard input has no text
     */
    static Iterator<List<String>> read(List<String> arguments, InputStream in) {
        if (areAnsweredAtOnce(arguments)) {
            return new Lines(in);
        }
        List<String> all = arguments.stream()
                .flatMap(argument -> argument.equals(STANDARD_INPUT) ? lines(in) : Stream.of(argument))
                .toList();
        return List.of(all).iterator();
    }

    /** Whether standard input is the only one, so that each of its lines is to be answered before the next one is read. */
    static boolean areAnsweredAtOnce(List<String> arguments) {
        return arguments.equals(List.of(STANDARD_INPUT));
    }

    private static Stream<String> lines(InputStream in) {
        List<String> lines = new ArrayList<>();
        new Lines(in).forEachRemaining(lines::addAll);
        return lines.stream();
    }

    /** The lines of standard input, but empty ones, as they come. */
    private static final class Lines implements Iterator<List<String>> {
        private static final int MOST = 4096;

        private final BufferedReader reader;
        private final List<String> next = new ArrayList<>();

        Lines(InputStream in) {
            // File names are in the charset of the locale.
            reader = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        }

        @Override
        public boolean hasNext() {
            try {
                while (next.isEmpty() || (next.size() < MOST && reader.ready())) {
                    String line = reader.readLine();
                    if (line == null) {
                        break;
                    }
                    if (line.indexOf('\0') >= 0) {
                        throw new FinetuneException(
                                ExitCode.USAGE,
                                "Standard input contains binary data instead of paths, one per line; to predict "
                                        + "a photo, give its path.");
                    }
                    if (!line.isEmpty()) {
                        next.add(line);
                    }
                }
                return !next.isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            List<String> lines = List.copyOf(next);
            next.clear();
            return lines;
        }
    }
}

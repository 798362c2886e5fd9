package org.finetune.cli;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Stream;

/** Arguments that name photos. */
final class PhotoArguments {
    private static final String STANDARD_INPUT = "-";

    private PhotoArguments() {}

    /**
     * Puts the paths on standard input, one a line, in the place of the argument {@code -}.
     *
     * @param in standard input
     */
    static List<String> read(List<String> arguments, InputStream in) {
        return arguments.stream()
                .flatMap(argument -> argument.equals(STANDARD_INPUT) ? lines(in) : Stream.of(argument))
                .toList();
    }

    private static Stream<String> lines(InputStream in) {
        // File names are in the charset of the locale.
        return new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()))
                .lines()
                .filter(line -> !line.isEmpty());
    }
}

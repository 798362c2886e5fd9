package org.finetune.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Python with packages that other people's software is tested with: the one that {@code FINETUNE_PYTHON} names, for packages that
 * Debian does not have, or the system's.
 *
 * @param interpreter the program
 */
public record Python(Path interpreter) {
    private static final Path SYSTEM = Path.of("/usr/bin/python3");

    /** Returns the Python that has these modules; the test is skipped if there is none. */
    public static Python with(String... modules) throws IOException, InterruptedException {
        List<Path> interpreters = Stream.concat(
                        Optional.ofNullable(System.getenv("FINETUNE_PYTHON")).map(Path::of).stream(), Stream.of(SYSTEM))
                .filter(Files::isExecutable)
                .toList();
        for (Path interpreter : interpreters) {
            if (has(interpreter, modules)) {
                return new Python(interpreter);
            }
        }
        assumeTrue(
                false,
                () -> "Skipped: neither FINETUNE_PYTHON nor " + SYSTEM + " has all of " + List.of(modules)
                        + "; .ci/run installs those that Debian has");
        throw new AssertionError();
    }

    private static boolean has(Path interpreter, String... modules) throws IOException, InterruptedException {
        List<String> imports =
                Arrays.stream(modules).map(module -> "import " + module).toList();
        return new ProcessBuilder(interpreter.toString(), "-c", String.join("\n", imports))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /**
     * Runs Python, which has to succeed.
     *
     * @param arguments a program and its arguments, or {@code -c} and its text
     * @return what it prints
     */
    public String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(interpreter.toString(), "-B"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}

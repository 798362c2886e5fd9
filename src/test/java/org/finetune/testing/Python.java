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

/** The system's Python with the packages that Debian has of other programs. */
public final class Python {
    private static final Path INTERPRETER = Path.of("/usr/bin/python3");

    private Python() {}

    /** The test is skipped unless there are these modules. */
    public static void require(String... modules) throws IOException, InterruptedException {
        List<String> imports = new ArrayList<>();
        Arrays.stream(modules).forEach(module -> imports.add("import " + module));
        boolean present = Files.isExecutable(INTERPRETER)
                && new ProcessBuilder(INTERPRETER.toString(), "-c", String.join("\n", imports))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        assumeTrue(
                present,
                () -> "Skipped: " + INTERPRETER + " has not all of " + List.of(modules) + "; .ci/run installs them");
    }

    /**
     * Runs Python, which has to succeed.
     *
     * @param arguments a program and its arguments, or {@code -c} and its text
     * @return what it prints
     */
    public static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(INTERPRETER.toString(), "-B"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}

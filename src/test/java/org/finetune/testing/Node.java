package org.finetune.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Node.js with packages of npm, which lie in the directory that the environment's {@code FINETUNE_NODE_MODULES} names. */
public final class Node {
    private static final String MODULES = "FINETUNE_NODE_MODULES";

    private Node() {}

    /** The test is skipped unless there is this package. */
    public static void require(String name) {
        Optional<String> modules = Optional.ofNullable(System.getenv(MODULES));
        assumeTrue(
                modules.isPresent() && Files.isDirectory(Path.of(modules.get(), name)),
                () -> "Skipped: " + MODULES + " names no directory with " + name + "; .ci/run installs it");
    }

    /** A file of a package, which {@link #require} has found. */
    public static Path file(String name) {
        return Path.of(System.getenv(MODULES), name);
    }

    /**
     * Runs a program, which has to succeed.
     *
     * @param program its text
     * @return what it prints
     */
    public static String run(String program, String... arguments) throws IOException, InterruptedException {
        Path file = Files.createTempFile("finetune", ".js");
        try {
            Files.writeString(file, program);
            List<String> command = new ArrayList<>(List.of("node", file.toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("NODE_PATH", System.getenv(MODULES));
            Process process = builder.start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), out);
            return out;
        } finally {
            Files.delete(file);
        }
    }
}

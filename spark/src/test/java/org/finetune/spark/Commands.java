package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Commands of the checkout as processes. */
final class Commands {
    /** The checkout, from the directory of this build. */
    static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

    private static final int LIMIT_MINUTES = 10;

    private Commands() {}

    /** How a command has ended, and what it has printed. */
    record Result(int exitCode, String out, String err) {}

    static ProcessBuilder script(String name, List<String> arguments) {
        return new ProcessBuilder(Stream.concat(
                        Stream.of(CHECKOUT.resolve("scripts").resolve(name).toString()), arguments.stream())
                .toList());
    }

    static Result run(ProcessBuilder command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        try {
            Process process = command.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            assertTrue(
                    process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), "It has not ended in time: " + command.command());
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    static Result finetune(String... arguments) throws IOException, InterruptedException {
        return run(script("finetune", List.of(arguments)));
    }

    /** {@code finetune-spark} with the Spark of this build. */
    static ProcessBuilder finetuneSpark(List<String> arguments) {
        ProcessBuilder command = script("finetune-spark", arguments);
        command.environment().putAll(environment());
        return command;
    }

    /** What a process of Spark needs to find itself, on the loopback interface alone. */
    static Map<String, String> environment() {
        return Map.of("SPARK_HOME", sparkHome().toString(), "SPARK_LOCAL_IP", "127.0.0.1");
    }

    static Path sparkHome() {
        return Path.of("target/spark-home").toAbsolutePath();
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code scripts/finetune} as a process of its own, as users do, or its command within this process ({@link #call}), which takes a
 * fraction of the time.
 */
public final class CliProcess {
    private static final Path LAUNCHER = Path.of("scripts", "finetune").toAbsolutePath();
    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final int TIMEOUT_MINUTES = 15;

    private final List<String> command = new ArrayList<>();
    private final String[] arguments;
    private final Map<String, String> environment = new HashMap<>();
    private Path workingDirectory = HERE;
    private String input = "";

    /**
     * What a process has left.
     *
     * @param exitCode its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Result(int exitCode, String out, String err) {
        /** The command has printed no result and one sentence that has all of the given parts, without a stack trace. */
        public void assertRefused(int expected, String... parts) {
            assertEquals(expected, exitCode, err);
            List<String> errors =
                    err.lines().filter(line -> line.startsWith("finetune: ")).toList();
            assertEquals(1, errors.size(), err);
            for (String part : parts) {
                assertTrue(errors.get(0).contains(part), part + " is not in: " + err);
            }
            assertFalse(err.matches("(?s).*\n\\s+at .*"), err);
            assertEquals("", out);
        }
    }

    private CliProcess(Path launcher, String... arguments) {
        // Tests that run in the background of a script ignore SIGINT, and so would all processes that they start.
        command.addAll(List.of("env", "--default-signal"));
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        this.arguments = arguments.clone();
    }

    public static CliProcess finetune(String... arguments) {
        return new CliProcess(LAUNCHER, arguments);
    }

    /** Runs another path to the launcher, such as a link. */
    public static CliProcess of(Path launcher, String... arguments) {
        return new CliProcess(launcher, arguments);
    }

    /** Has another program run it, such as {@code setsid}. */
    public CliProcess through(String... program) {
        command.addAll(command.size() - arguments.length - 1, List.of(program));
        return this;
    }

    public CliProcess in(Path directory) {
        workingDirectory = directory;
        return this;
    }

    /** Sets a variable of the environment, or removes it if the value is null. */
    public CliProcess with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public CliProcess input(String text) {
        input = text;
        return this;
    }

    public Result run() throws IOException, InterruptedException {
        Process process = start();
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " has not ended after " + TIMEOUT_MINUTES + " minutes");
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    /**
     * Runs the command within this process. This is for what depends neither on the launcher nor on what a process has of its
     * own: its environment, its working directory, its standard input, its memory, and how it ends.
     */
    public Result call() {
        StringWriter out = new StringWriter();
        Result result = call(new PrintWriter(out, true));
        return new Result(result.exitCode(), out.toString(), result.err());
    }

    /** The same with a standard output that is not part of the result. */
    Result call(PrintWriter out) {
        if (!command.equals(finetune(arguments).command)
                || !environment.isEmpty()
                || !workingDirectory.equals(HERE)
                || !input.isEmpty()) {
            throw new IllegalStateException("Only a process can have its own environment, directory and input");
        }
        StringWriter err = new StringWriter();
        int exitCode = Main.execute(out, new PrintWriter(err, true), arguments);
        return new Result(exitCode, "", err.toString());
    }

    /** Starts the process without waiting for its end. */
    public Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return builder.start();
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}

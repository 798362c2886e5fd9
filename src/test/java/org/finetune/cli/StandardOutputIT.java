package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.output.StandardOutput;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that cannot be written. */
class StandardOutputIT {
    private static final Path LAUNCHER = Path.of("scripts", "finetune").toAbsolutePath();

    @TempDir
    private static Path directory;

    private static TrainedRun run;

    @BeforeAll
    static void copyRun() throws Exception {
        run = TrainedRun.shared();
        Path copy = Files.createDirectory(directory.resolve("copy"));
        for (String file : List.of("config.yaml", "metrics.json", "history.csv", "predictions.csv", "labels.txt")) {
            Files.copy(run.directory().resolve(file), copy.resolve(file));
        }
    }

    /** Runs a command by a script for bash that has the launcher and the arguments in {@code "$@"}. */
    private static Result bash(String script, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-c", script, "bash", LAUNCHER.toString()));
        all.addAll(List.of(arguments));
        return CliProcess.of(Path.of("bash"), all.toArray(String[]::new))
                .in(directory)
                .run();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "train --help",
                "completion bash",
                "info --alpha 0.35",
                "weights",
                "doctor",
                "check PHOTOS",
                "check PHOTOS --format json",
                "predict RUN PHOTOS",
                "predict RUN PHOTOS --format csv",
                "predict RUN PHOTOS --format jsonl",
                "evaluate RUN --data PHOTOS",
                "evaluate RUN --data PHOTOS --format json",
                "compare RUN COPY",
                "find-lr --data PHOTOS --weights bundled --size 96 --phase head --steps 10",
            })
    void endWithASentenceAndCode3WhereTheDiskIsFull(String command) throws Exception {
        String named = command.replace("RUN", run.directory().toString())
                .replace("COPY", directory.resolve("copy").toString())
                .replace("PHOTOS", run.photos().toString());
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            CliProcess.finetune(named.split(" "))
                    .call(StandardOutput.open(full))
                    .assertRefused(
                            3, "standard output (No space left on device); free some space or redirect it elsewhere");
        }
    }

    @Test
    void aTrainedModelIsSavedAllTheSame() throws Exception {
        Path model = directory.resolve("trained");
        List<String> arguments =
                new ArrayList<>(List.of("train", "--data", run.photos().toString(), "--no-report"));
        arguments.addAll(List.of("--weights", "bundled", "--size", "96", "--head-epochs", "1", "--epochs", "0"));
        arguments.addAll(List.of("--out", model.toString()));
        bash("\"$@\" >/dev/full", arguments.toArray(String[]::new)).assertRefused(3, "No space left on device");
        assertTrue(Files.exists(model.resolve("model.zip")));
    }

    @Test
    @Tag("slow")
    void aSweepKeepsItsResultsAllTheSame() throws Exception {
        Path sweep = directory.resolve("sweep");
        List<String> arguments =
                new ArrayList<>(List.of("sweep", "--data", run.photos().toString()));
        arguments.addAll(List.of("--weights", "bundled", "--size", "96", "--head-epochs", "1", "--epochs", "0"));
        arguments.addAll(List.of("--try", "seed=1", "--out", sweep.toString()));
        bash("\"$@\" >/dev/full", arguments.toArray(String[]::new)).assertRefused(3, "No space left on device");
        assertTrue(Files.exists(sweep.resolve("best/model.zip")));
    }

    @Test
    void closedStreamsAreNoFilesOfJava() throws Exception {
        bash("\"$@\" >&-", "weights").assertRefused(3, "Some output could not be written to standard output");
        bash("\"$@\" <&- >&-", "completion", "bash").assertRefused(3, "standard output");
        Result result = bash("\"$@\" 2>&- <&-", "check", run.photos().toString());
        assertEquals(0, result.exitCode());
        assertEquals("", result.err());
        assertTrue(result.out().contains("0 errors"), result.out());
    }

    @Test
    void aReaderThatHasEnoughIsNoFailure() throws Exception {
        for (String command : List.of("completion bash", "train --help")) {
            Result result = bash("\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", command.split(" "));
            assertEquals(0, result.exitCode(), result.err());
            assertEquals("", result.err());
            assertEquals(1, result.out().lines().count());
        }
        // The reader is gone before anything is written.
        Result result = bash("{ sleep 0.5; exec \"$@\"; } | true; exit ${PIPESTATUS[0]}", "info");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
    }

    @Test
    void emptyPathsAreRefusedRatherThanTheWorkingDirectory() throws Exception {
        for (String[] arguments : List.of(new String[] {"check", ""}, new String[] {"train", "--out", ""})) {
            Result result = CliProcess.finetune(arguments).in(run.photos()).run();
            result.assertRefused(2, "must be a path, not ''", arguments[0] + " --help");
        }
        assertFalse(Files.exists(run.photos().resolve("runs")));
        assertEquals(3, Stream.of(run.photos().toFile().list()).count());
        String model = run.directory().toString();
        for (String[] arguments : List.of(
                new String[] {"predict", model, ""},
                new String[] {"predict", model, run.photos().toString(), ""},
                new String[] {"predict", "", run.photos().toString()},
                new String[] {"predict", model, run.photos().toString(), "--explain", ""},
                new String[] {"evaluate", model, "--data", ""},
                new String[] {"evaluate", model, "--data="},
                new String[] {"train", "--data", ""},
                new String[] {"info", ""},
                new String[] {"resume", ""},
                new String[] {"compare", model, ""})) {
            CliProcess.finetune(arguments).call().assertRefused(2, "must be a path, not ''", arguments[0] + " --help");
        }
    }
}

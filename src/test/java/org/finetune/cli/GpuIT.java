package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a stand-in for a GPU. */
class GpuIT {
    private static final String[] SETTINGS = {
        "--unfreeze", "20", "--head-solver", "adam", "--head-epochs", "1", "--epochs", "2"
    };

    /** Kernels until the second phase has begun. */
    private static final int LAUNCHES = 1100;

    @TempDir
    private static Path shared;

    private static SmallRun small;

    @TempDir
    private Path directory;

    @BeforeAll
    static void create() throws Exception {
        StandInDriver.directory();
        small = SmallRun.create(shared, 8);
    }

    private static CliProcess onGpu(CliProcess process) {
        return process.with("LD_LIBRARY_PATH", StandInDriver.directory().toString());
    }

    private static CliProcess train(Path run, String backend) {
        List<String> options = Stream.concat(Stream.of(SETTINGS), Stream.of("--backend", backend))
                .toList();
        return small.train(run, options.toArray(String[]::new));
    }

    @Test
    void trainsAndPredictsAsTheCpuDoes() throws Exception {
        Path gpu = directory.resolve("gpu");
        Path cpu = directory.resolve("cpu");
        Result trained = onGpu(train(gpu, "cuda")).run();
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(Files.readString(gpu.resolve("finetune.log")).contains("Backend: Stand-in 0"));
        assertEquals(0, train(cpu, "cpu").run().exitCode());
        assertClose(
                numbers(Files.readString(cpu.resolve("history.csv"))),
                numbers(Files.readString(gpu.resolve("history.csv"))));

        String[] predict = {"predict", gpu.toString(), small.photos().toString(), "--format", "csv", "--backend"};
        Result onGpu = onGpu(CliProcess.finetune(with(predict, "cuda"))).run();
        Result onCpu = CliProcess.finetune(with(predict, "cpu")).run();
        assertEquals(0, onGpu.exitCode(), onGpu.err());
        assertClose(numbers(onCpu.out()), numbers(onGpu.out()));

        Result evaluated = onGpu(CliProcess.finetune(
                        "evaluate", gpu.toString(), "--data", small.photos().toString(), "--backend", "cuda"))
                .run();
        assertEquals(0, evaluated.exitCode(), evaluated.err());
    }

    private static String[] with(String[] arguments, String last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
    }

    /** The fractions in a text of comma-separated values; durations have a digit only. */
    private static List<Double> numbers(String csv) {
        return csv.lines()
                .flatMap(line -> Stream.of(line.split(",")))
                .filter(field -> field.matches("[0-9]\\.[0-9]{3,}"))
                .map(Double::valueOf)
                .toList();
    }

    private static void assertClose(List<Double> expected, List<Double> actual) {
        assertTrue(expected.size() > 4, expected.toString());
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), 2e-3);
        }
    }

    @Test
    void runOnAGpuThatDisappearsGoesOnOnTheCpu() throws Exception {
        Path run = directory.resolve("run");
        Result lost = onGpu(train(run, "cuda"))
                .with(StandInDriver.FAULTS, "lost=" + LAUNCHES)
                .run();
        assertEquals(ExitCode.BACKEND.code(), lost.exitCode(), lost.err());
        assertTrue(lost.err().contains("The GPU failed when "), lost.err());
        assertTrue(lost.err().contains("To continue, run: finetune resume "), lost.err());
        assertFalse(SmallRun.checkpoints(run).isEmpty());
        Result resumed = CliProcess.finetune("resume", run.toString(), "--backend", "cpu")
                .run();
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(Files.exists(run.resolve("model.zip")));
    }

    @Test
    void tooLittleMemoryEndsWithARemedy() throws Exception {
        Result result = onGpu(train(directory.resolve("run"), "cuda"))
                .with(StandInDriver.FAULTS, "memory=1")
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(result.err().contains("The GPU has too little memory"), result.err());
    }

    @Test
    void driverThatIsTooOldEndsWithARemedy() throws Exception {
        Result result = onGpu(train(directory.resolve("run"), "cuda"))
                .with(StandInDriver.FAULTS, "version=10020")
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(result.err().contains("supports CUDA 10.2"), result.err());
        assertTrue(result.err().contains("--backend cpu"), result.err());
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.backend.cuda.Gpu;
import org.finetune.cli.CliProcess.Result;
import org.finetune.engine.OpProfile;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.model.Architecture;
import org.finetune.testing.Directories;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a stand-in for a GPU. */
class GpuIT {
    private static final String[] SETTINGS = {
        "--unfreeze", "20", "--head-solver", "adam", "--head-epochs", "1", "--epochs", "2"
    };

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

    /** How often the self-check runs a kernel of trained layers, which the second phase runs next. */
    private static long launchesOfSelfCheck(String kernel) {
        Architecture network = Architecture.of(0.35, 96);
        Gpu gpu = StandInDriver.gpu();
        SelfCheck check = SelfCheck.of(
                new CudaEngine(gpu, network, SelfCheck.CLASSES, OpProfile.NONE),
                new FastEngine(network, SelfCheck.CLASSES, OpProfile.NONE),
                network);
        assertTrue(check.passed(), check.toString());
        return StandInDriver.launches(kernel);
    }

    private static CliProcess train(Path run, String backend) {
        return small.train(run, settings(backend));
    }

    private static String[] settings(String backend) {
        return Stream.concat(Stream.of(SETTINGS), Stream.of("--backend", backend))
                .toArray(String[]::new);
    }

    @Test
    void trainsAndPredictsAsTheCpuDoes() throws Exception {
        Path gpu = directory.resolve("gpu");
        Path cpu = directory.resolve("cpu");
        Result trained = onGpu(train(gpu, "cuda")).run();
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(Files.readString(gpu.resolve("finetune.log")).contains("Backend: Stand-in 0"));
        assertEquals(0, small.call(cpu, settings("cpu")).exitCode());
        assertClose(
                numbers(Files.readString(cpu.resolve("history.csv"))),
                numbers(Files.readString(gpu.resolve("history.csv"))));

        String[] predict = {"predict", gpu.toString(), small.photos().toString(), "--format", "csv", "--backend"};
        Result onGpu = onGpu(CliProcess.finetune(with(predict, "cuda"))).run();
        Result onCpu = CliProcess.finetune(with(predict, "cpu")).call();
        assertEquals(0, onGpu.exitCode(), onGpu.err());
        assertClose(numbers(onCpu.out()), numbers(onGpu.out()));

        String[] evaluate = {
            "evaluate", gpu.toString(), "--data", small.photos().toString(), "--format", "json", "--backend"
        };
        Result evaluatedOnGpu =
                onGpu(CliProcess.finetune(with(evaluate, "cuda"))).run();
        Result evaluatedOnCpu = CliProcess.finetune(with(evaluate, "cpu")).call();
        assertEquals(0, evaluatedOnGpu.exitCode(), evaluatedOnGpu.err());
        assertClose(numbers(evaluatedOnCpu.out()), numbers(evaluatedOnGpu.out()));
    }

    private static String[] with(String[] arguments, String last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
    }

    /** The fractions in a text of separated values or JSON; durations have a digit only. */
    private static List<Double> numbers(String text) {
        return text.lines()
                .flatMap(line -> Stream.of(line.split("[,: }]+")))
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

    @Tag("slow")
    @Test
    void runOnAGpuThatDisappearsGoesOnOnTheCpuOrOnAGpu() throws Exception {
        Path run = directory.resolve("run");
        Result lost = onGpu(train(run, "cuda"))
                .with(StandInDriver.FAULTS, "lost_unfold=" + (launchesOfSelfCheck("unfold") + 1))
                .run();
        assertEquals(ExitCode.BACKEND.code(), lost.exitCode(), lost.err());
        assertTrue(lost.err().contains("The GPU failed while "), lost.err());
        assertTrue(lost.err().contains("To continue, run: finetune resume "), lost.err());
        assertFalse(SmallRun.checkpoints(run).isEmpty());
        Path other = directory.resolve("other");
        Directories.copy(run, other);
        Result resumed = CliProcess.finetune("resume", run.toString(), "--backend", "cpu")
                .run();
        assertEquals(0, resumed.exitCode(), resumed.err());
        Result onGpu = onGpu(CliProcess.finetune("resume", other.toString(), "--backend", "cuda"))
                .run();
        assertEquals(0, onGpu.exitCode(), onGpu.err());
        assertClose(
                numbers(Files.readString(run.resolve("history.csv"))),
                numbers(Files.readString(other.resolve("history.csv"))));
        assertTrue(Files.exists(other.resolve("model.zip")));
    }

    @Test
    void serverWhoseGpuFailsIsNoLongerHealthy() throws Exception {
        Path run = directory.resolve("run");
        assertEquals(0, small.call(run, "--epochs", "0").exitCode());
        CliProcess command = onGpu(ServeProcess.command(run, "--backend", "cuda", "--max-batch", "1"));
        try (ServeProcess server = ServeProcess.started(command.with(StandInDriver.FAULTS, "lost_average_pool=12"))) {
            byte[] photo = Files.readAllBytes(anyPhoto());
            assertEquals(200, server.get("/healthz").statusCode());
            int status = 200;
            for (int request = 0; request < 12 && status == 200; request++) {
                status = server.post("/predict", "image/png", photo).statusCode();
            }
            assertEquals(503, status);
            for (String probe : List.of(
                    "/healthz", "/v2/health/live", "/v2/health/ready", "/v2/models/run/ready", "/v1/models/run")) {
                HttpResponse<String> response = server.get(probe);
                assertEquals(503, response.statusCode(), probe);
                assertTrue(response.body().contains("start the server again"), response.body());
            }
        }
    }

    private static Path anyPhoto() throws IOException {
        try (Stream<Path> files = Files.walk(small.photos())) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    @Test
    void tooLittleMemoryEndsWithARemedy() throws Exception {
        Result result = onGpu(train(directory.resolve("run"), "cuda"))
                .with(StandInDriver.FAULTS, "memory=1")
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(result.err().contains("The GPU ran out of memory"), result.err());
        assertTrue(result.err().contains("--backend cpu"), result.err());
    }

    @Test
    void gpuThatComputesWronglyIsRefusedWithWhatDiffers() throws Exception {
        Path run = directory.resolve("run");
        Result result = onGpu(train(run, "cuda"))
                .with(StandInDriver.FAULTS, "skip_average_pool=1")
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .contains(
                                "Stand-in 0 (GPU 0 at 0000:17:00.0, 4.0 GiB, compute capability 9.0, CUDA 12.2) computes wrong"
                                        + " results: features differ from the CPU's by "),
                result.err());
        assertTrue(result.err().contains("--backend cpu"), result.err());
        assertFalse(Files.exists(run));
    }

    @Test
    void doctorListsEachGpuWithItsSelfCheck() throws Exception {
        Result result = onGpu(CliProcess.finetune("doctor", "--backend", "cuda", "--device", "1"))
                .with(StandInDriver.FAULTS, "devices=2")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        String words = result.out().replaceAll("\\s+", " ");
        for (int number = 0; number < 2; number++) {
            assertTrue(
                    words.contains("Stand-in " + number + " (GPU " + number + " at 0000:1" + (7 + number)
                            + ":00.0, 4.0 GiB, compute capability 9.0, CUDA 12.2) passed in "),
                    result.out());
        }
    }

    @Test
    void deviceThatDoesNotExistIsRefused() throws Exception {
        Result result = onGpu(CliProcess.finetune("train", "--backend", "cuda", "--device", "3"))
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(result.err().contains("there is no device 3; 'finetune doctor' lists"), result.err());
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

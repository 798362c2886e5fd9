package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.MemoryCgroup;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that get too little memory. */
class MemoryIT {
    @TempDir
    private Path directory;

    private Path photos;
    private Path run;

    @BeforeEach
    void createPhotos() throws Exception {
        photos = PhotoFolder.create(directory.resolve("photos"), 4, 1);
        run = directory.resolve("run");
    }

    private Result train(String javaOptions, String... options) throws Exception {
        return CliProcess.finetune(Stream.concat(
                                Stream.of("train", "--data", photos.toString(), "--weights", "bundled"),
                                Stream.of(options))
                        .toArray(String[]::new))
                .with("FINETUNE_JAVA_OPTS", javaOptions)
                .in(directory)
                .run();
    }

    /** The photos that come with the program, at the network's full size. */
    private Result trainIn(MemoryCgroup container, String... options) throws Exception {
        SmallRun small = SmallRun.create(directory, 1);
        return CliProcess.finetune(Stream.concat(
                                Stream.of("train", "--weights", small.weights().toString(), "--alpha", "0.35"),
                                Stream.concat(
                                        Stream.of("--head-epochs", "1", "--epochs", "1", "--out", run.toString()),
                                        Stream.of(options)))
                        .toArray(String[]::new))
                .through(container.command())
                .run();
    }

    /** As in a container: more than the limit, and the kernel would kill the process without a word. */
    @Test
    void limitOfTheKernelSuffices() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(700)) {
            Result result = trainIn(container, "--no-report");
            assertEquals(0, result.exitCode(), result.err());
            assertEquals(0, container.kills());
        }
    }

    @Test
    void limitOfTheKernelIsNotReached() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(450)) {
            assertRefused(
                    trainIn(container, "--batch-size", "256", "--unfreeze", "all"),
                    "too little memory for phase 'fine-tune' with --batch-size 256",
                    "set --batch-size ");
            assertEquals(0, container.kills());
            assertTrue(Files.exists(run.resolve("checkpoints")), "The head is kept");
        }
    }

    @Test
    void limitThatIsHopelessIsNamed() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(100)) {
            assertRefused(trainIn(container), "only 100 MiB of memory for this process");
            assertEquals(0, container.kills());
        }
        assertFalse(Files.exists(run));
    }

    private static void assertRefused(Result result, String... parts) {
        assertEquals(5, result.exitCode(), result.err());
        List<String> errors = result.err()
                .lines()
                .filter(line -> line.startsWith("finetune: "))
                .toList();
        assertEquals(1, errors.size(), result.err());
        for (String part : parts) {
            assertTrue(errors.get(0).contains(part), part + " is not in: " + result.err());
        }
        assertFalse(result.err().contains("\tat "), result.err());
        assertFalse(result.err().contains("    at "), result.err());
        assertEquals("", result.out());
    }

    @Test
    void heapThatIsTooSmallIsNamed() throws Exception {
        assertRefused(
                train("-Xmx32m", "--out", run.toString()),
                "Java's heap of 32 MiB is too small",
                "FINETUNE_JAVA_OPTS=-Xmx2g");
        assertFalse(Files.exists(run.resolve("model.zip")));
    }

    @Test
    void batchOfTheFrozenLayersIsHalved() throws Exception {
        Result result = train(
                "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=440m",
                "--out",
                run.toString(),
                "--size",
                "512",
                "--head-epochs",
                "1",
                "--epochs",
                "0");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .contains("warning: Too little memory to run the frozen layers on 6 images at a time; going on"
                                + " with 3\n"),
                result.err());
        assertTrue(Files.exists(run.resolve("model.zip")));

        Result prediction = CliProcess.finetune("predict", run.toString(), photos.toString(), "--format", "csv")
                .with("FINETUNE_JAVA_OPTS", "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=440m")
                .run();
        assertEquals(0, prediction.exitCode(), prediction.err());
        assertEquals(1 + 12, prediction.out().lines().count());
        assertTrue(
                prediction.err().contains("Too little memory for 6 images at a time; going on with 3"),
                prediction.err());
    }

    @Test
    void batchOfTrainingIsLeftToTheUser() throws Exception {
        assertRefused(
                train(
                        "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=900m",
                        "--out",
                        run.toString(),
                        "--size",
                        "512",
                        "--batch-size",
                        "32",
                        "--unfreeze",
                        "all",
                        "--head-epochs",
                        "1"),
                "too little memory for phase 'fine-tune' with --batch-size 32",
                "set --batch-size ");
    }
}

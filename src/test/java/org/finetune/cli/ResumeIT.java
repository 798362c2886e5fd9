package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code finetune resume}, and runs that are told to end. */
class ResumeIT {
    private static final String[] SHORT = {"--head-epochs", "2", "--epochs", "2"};
    private static final String[] ENDLESS = {"--head-epochs", "2", "--epochs", "100000"};

    @TempDir
    private static Path shared;

    private static SmallRun small;
    private static Path whole;

    @TempDir
    private Path directory;

    private Path run;

    @BeforeAll
    static void train() throws Exception {
        small = SmallRun.create(shared, 12);
        whole = shared.resolve("whole");
        assertEquals(0, small.train(whole, SHORT).run().exitCode());
    }

    @BeforeEach
    void nameRun() {
        run = directory.resolve("run");
    }

    /** Starts a run and kills it when it has begun to train. */
    private void kill(String... options) throws Exception {
        Process process = small.train(run, options).start();
        SmallRun.await(process, () -> SmallRun.checkpoints(run).size() == 2);
        assertTrue(process.isAlive(), "It was over before it could be killed");
        process.destroyForcibly().waitFor();
    }

    private void assertRefused(int exitCode, String... parts) throws Exception {
        Result result = SmallRun.resume(run).run();
        assertEquals(exitCode, result.exitCode(), result.err());
        for (String part : parts) {
            assertTrue(result.err().contains(part), result.err());
        }
        assertFalse(result.err().contains("\n    at "), result.err());
    }

    private void assertAsWhole() throws Exception {
        for (String file : List.of("model.zip", "history.csv", "metrics.json")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(run.resolve(file)), file);
        }
        assertFalse(Files.exists(run.resolve("checkpoints")));
    }

    @ParameterizedTest
    @CsvSource({"INT", "TERM", "HUP"})
    void signalsWriteACheckpointAndSayHowToGoOn(String signal) throws Exception {
        Process process = small.train(run, ENDLESS).start();
        try {
            SmallRun.await(
                    process,
                    () -> Files.exists(run.resolve("history.csv"))
                            && Files.readString(run.resolve("history.csv")).contains("fine-tune"));
            SmallRun.signal(process, signal);
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "It has not ended after 10 seconds");
            assertEquals(130, process.exitValue());
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(err.contains("finetune: Interrupted. 'finetune resume " + run + "' goes on with the run."), err);
            assertFalse(Files.exists(run.resolve(".lock")));
            assertFalse(SmallRun.checkpoints(run).isEmpty());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void signalEndsThePassOverThePhotos() throws Exception {
        SmallRun large = SmallRun.create(directory, 400);
        Process process = large.train(run, SHORT).start();
        try {
            SmallRun.await(process, () -> Files.exists(run.resolve("images.jsonl")));
            SmallRun.signal(process, "TERM");
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "It has not ended after 10 seconds");
            assertEquals(130, process.exitValue());
            assertFalse(Files.exists(run.resolve("skipped.csv")), "The pass was over before");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void interruptedRunGoesOnToTheSameResult() throws Exception {
        Process process = small.train(run, SHORT).start();
        SmallRun.await(process, () -> Files.exists(run.resolve("history.csv")));
        SmallRun.signal(process, "INT");
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), "It has not ended after 10 seconds");
        Result result = SmallRun.resume(run).run();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
    }

    @Test
    void damagedCheckpointIsReportedAndPassedOver() throws Exception {
        kill(SHORT);
        List<Path> checkpoints = SmallRun.checkpoints(run);
        byte[] newest = Files.readAllBytes(checkpoints.get(1));
        newest[newest.length / 2] ^= 1;
        Files.write(checkpoints.get(1), newest);
        Result result = SmallRun.resume(run).run();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .contains("The checkpoint '" + checkpoints.get(1)
                                + "' is damaged and passed over: its checksum is wrong"),
                result.err());
        assertTrue(result.err().contains("Going on with "), result.err());
        assertAsWhole();
    }

    @Test
    void withoutAGoodCheckpointTrainingBeginsAnew() throws Exception {
        kill(SHORT);
        for (Path checkpoint : SmallRun.checkpoints(run)) {
            Files.write(checkpoint, new byte[20]);
        }
        Result result = SmallRun.resume(run).run();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
    }

    @Test
    void finishedRunSaysSo() throws Exception {
        byte[] model = Files.readAllBytes(whole.resolve("model.zip"));
        Result result = SmallRun.resume(whole).run();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("The run in '" + whole + "' is finished, so there is nothing left to do.\n", result.err());
        assertArrayEquals(model, Files.readAllBytes(whole.resolve("model.zip")));
    }

    @Test
    void directoriesWithoutARunAreRefused() throws Exception {
        assertRefused(2, "There is no run directory '" + run + "'");
        Files.createDirectory(run);
        assertRefused(2, "'" + run + "' has no config.yaml");
    }

    @Test
    void changedImagesAreNamed() throws Exception {
        SmallRun own = SmallRun.create(directory, 12);
        Process process = own.train(run, ENDLESS).start();
        SmallRun.await(process, () -> SmallRun.checkpoints(run).size() == 2);
        process.destroyForcibly().waitFor();
        Path photo = own.photos().resolve("discs/photo3.png");
        byte[] content = Files.readAllBytes(photo);
        Files.write(photo, new byte[] {1});
        assertRefused(3, "The images are no longer those of the run: 1 is changed ('", "discs/photo3.png");
        Files.delete(photo);
        PhotoFolder.write(own.photos().resolve("discs/extra.png"), "discs", new Random(99));
        assertRefused(3, "1 is new ('discs/extra.png'), 1 is gone ('discs/photo3.png')");
        Files.delete(own.photos().resolve("discs/extra.png"));
        Files.write(photo, content);
        Files.write(own.weights(), new byte[] {0}, StandardOpenOption.APPEND);
        assertRefused(
                4,
                "The pretrained weights are no longer those of the run",
                own.weights().toString());
    }

    @Test
    void secondRunInADirectoryIsRefusedAndADeadOneIsNot() throws Exception {
        Process process = small.train(run, ENDLESS).start();
        try {
            SmallRun.await(process, () -> !SmallRun.checkpoints(run).isEmpty());
            assertRefused(3, "Another run is going on in '" + run + "' (process " + process.pid() + ")");
            Result train = small.train(run, SHORT).run();
            assertEquals(2, train.exitCode(), train.err());
            assertTrue(train.err().contains("go on with its run by 'finetune resume " + run + "'"), train.err());
            assertTrue(process.isAlive());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(run.resolve(".lock")), "Only killed processes leave the file");
        List<Path> before = SmallRun.checkpoints(run);
        process = SmallRun.resume(run).start();
        try {
            SmallRun.await(process, () -> !SmallRun.checkpoints(run).equals(before));
            assertTrue(process.isAlive(), "The dead process still locks");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void divergenceKeepsTheLastGoodCheckpoint() throws Exception {
        Result result = small.train(run, "--head-epochs", "2", "--epochs", "50", "--lr", "10")
                .run();
        assertEquals(6, result.exitCode(), result.err());
        assertTrue(result.err().contains(" in phase fine-tune, epoch "), result.err());
        assertTrue(result.err().contains("at a learning rate of 10.0; choose a lower --lr."), result.err());
        assertEquals(2, SmallRun.checkpoints(run).size());
        assertRefused(6, "Going on with ", "in phase fine-tune");
    }
}

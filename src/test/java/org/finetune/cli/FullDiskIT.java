package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun.Condition;
import org.finetune.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose disk becomes full or cannot be written to; a minute on two cores. */
class FullDiskIT {
    private static final String[] BOTH_PHASES = {"--head-epochs", "3", "--epochs", "3"};
    private static final String[] HEAD_ONLY = {"--head-epochs", "2", "--epochs", "0"};

    @TempDir
    private static Path shared;

    private static SmallRun small;
    private static Path whole;

    @TempDir
    private Path directory;

    private SmallDisk disk;
    private Path run;

    @BeforeAll
    static void createPhotos() throws Exception {
        small = SmallRun.create(shared, 12);
        whole = shared.resolve("whole");
        assertEquals(0, small.call(whole, BOTH_PHASES).exitCode());
    }

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(directory.resolve("disk"), "32m");
        run = disk.path().resolve("run");
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    @Tag("slow")
    void fullWhileActivationsAreKept() throws Exception {
        fillDuringRun(() -> Files.exists(run.resolve("images.jsonl")));
    }

    @Test
    @Tag("slow")
    void fullWhileCheckpointsAreWritten() throws Exception {
        fillDuringRun(() -> !SmallRun.checkpoints(run).isEmpty());
    }

    @Test
    void fullBeforeTheRunHasBegun() throws Exception {
        Path filler = disk.fill();
        Result result = small.train(run, BOTH_PHASES).run();
        result.assertRefused(3, "No space left on device");
        assertFalse(result.err().contains("resume"), result.err());
        SmallRun.resume(run).run().assertRefused(2, "start one with 'finetune train --out " + run + "'");
        Files.delete(filler);
        result = small.train(run, BOTH_PHASES).run();
        assertEquals(0, result.exitCode(), result.err());
        SmallRun.assertSameResults(whole, run);
    }

    private void fillDuringRun(Condition condition) throws Exception {
        Process process = small.train(run, BOTH_PHASES).start();
        SmallRun.await(process, condition);
        Path filler = disk.fill();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertFull(new Result(process.waitFor(), "", err));
        Files.delete(filler);
        assertGoesOnAs(whole);
    }

    @Test
    @Tag("slow")
    void fullWhileTheModelIsSaved() throws Exception {
        // The checkpoints of a head fit, the model does not.
        disk.remount("size=1200k");
        Result result = small.train(run, HEAD_ONLY).run();
        assertFull(result, "model.zip");
        disk.remount("size=32m");
        Path head = directory.resolve("head");
        assertEquals(0, small.train(head, HEAD_ONLY).run().exitCode());
        assertGoesOnAs(head);
    }

    private void assertFull(Result result, String... parts) {
        result.assertRefused(3, "No space left on device", "To continue, run: finetune resume " + run);
        result.assertRefused(3, parts);
        assertFalse(Files.exists(run.resolve("model.zip")));
    }

    private void assertGoesOnAs(Path whole) throws Exception {
        Result result = SmallRun.resume(run).run();
        assertEquals(0, result.exitCode(), result.err());
        SmallRun.assertSameResults(whole, run);
    }

    @Test
    void readOnlyOutputIsRefusedInOneSentence() throws Exception {
        disk.remount("ro");
        small.train(run, HEAD_ONLY).run().assertRefused(3, "Cannot create the run directory '" + run + "'");
    }

    @Test
    @Tag("slow")
    void readOnlyWhileTraining() throws Exception {
        Process process =
                small.train(run, "--head-epochs", "2", "--epochs", "100000").start();
        try {
            SmallRun.await(process, () -> SmallRun.checkpoints(run).size() == 2);
            process.destroyForcibly().waitFor();
            disk.remount("ro");
            SmallRun.resume(run).run().assertRefused(3, "Read-only file system");
        } finally {
            process.destroyForcibly();
        }
    }
}

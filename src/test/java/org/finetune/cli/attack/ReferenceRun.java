package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.cli.CliProcess;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun;
import org.finetune.testing.Directories;

/** A run that nothing disturbs, made when it is first needed, and what others are to be compared with it. */
final class ReferenceRun {
    private static final int IMAGES_PER_CLASS = 12;
    private static final String[] OPTIONS = {
        "--head-epochs", "4", "--epochs", "3", "--checkpoint-minutes", "0.001", "--report"
    };

    private final Path directory;
    private SmallRun small;
    private long milliseconds;

    ReferenceRun(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    /** The directory of the finished run. */
    Path path() throws IOException, InterruptedException {
        make();
        return directory.resolve("run");
    }

    /** How long it has taken. */
    long milliseconds() throws IOException, InterruptedException {
        make();
        return milliseconds;
    }

    private void make() throws IOException, InterruptedException {
        if (small != null) {
            return;
        }
        Directories.delete(directory);
        SmallRun made = SmallRun.create(Files.createDirectories(directory), IMAGES_PER_CLASS);
        Files.writeString(made.photos().resolve("discs/broken.png"), "no PNG");
        long start = System.nanoTime();
        Result result = made.train(directory.resolve("run"), OPTIONS).run();
        assertEquals(0, result.exitCode(), result.err());
        milliseconds = (System.nanoTime() - start) / 1_000_000;
        small = made;
    }

    /** A command that begins the same run in another directory, or goes on with it if it has begun. */
    CliProcess goOn(Path run) throws IOException, InterruptedException {
        make();
        return Files.exists(run.resolve("config.yaml")) ? SmallRun.resume(run) : small.train(run, OPTIONS);
    }

    /** Goes on with a run to its end, which is that of the reference to the byte. */
    void assertEndsTheSame(Path run) throws IOException, InterruptedException {
        Result result = goOn(run).run();
        assertEquals(0, result.exitCode(), result.err());
        SmallRun.assertSameResults(path(), run, "predictions.csv", "labels.txt", "skipped.csv", "data.json");
        assertEquals(SmallRun.files(path()), SmallRun.files(run));
    }
}

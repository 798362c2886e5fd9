package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun.Condition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are killed again and again, wherever they are, and go on. */
class KilledRunIT {
    private static final String[] OPTIONS = {
        "--head-epochs", "6", "--epochs", "5", "--checkpoint-minutes", "0.001", "--report"
    };

    @TempDir
    private Path directory;

    private final Random random = new Random(seed());
    private final List<String> kills = new ArrayList<>();

    private static long seed() {
        long seed = Long.getLong("finetune.seed", System.nanoTime());
        System.out.println("Kills at the moments of -Dfinetune.seed=" + seed);
        return seed;
    }

    @Test
    @Tag("slow")
    void aRunThatIsKilledInEachStageGivesTheSameModel() throws Exception {
        kill(1);
    }

    @Test
    @Tag("slow")
    void twentyKillsChangeNothing() throws Exception {
        kill(4);
    }

    /** Each run is killed in five stages. */
    private void kill(int runs) throws Exception {
        SmallRun small = SmallRun.create(directory, 24);
        Files.writeString(small.photos().resolve("discs/broken.png"), "no PNG");
        Path whole = directory.resolve("whole");
        Result result = small.train(whole, OPTIONS).run();
        assertEquals(0, result.exitCode(), result.err());
        for (int number = 0; number < runs; number++) {
            Path run = directory.resolve("run" + number);
            kill(run, "decoding", small.train(run, OPTIONS), () -> Files.exists(run.resolve("images.jsonl")), 250);
            kill(run, "caching", SmallRun.resume(run), () -> Files.exists(run.resolve("cache")), 60);
            kill(
                    run,
                    "head",
                    SmallRun.resume(run),
                    () -> SmallRun.checkpoints(run).size() > 1,
                    150);
            kill(run, "fine-tune", SmallRun.resume(run), () -> history(run).contains("fine-tune"), 400);
            kill(run, "saving", SmallRun.resume(run), () -> Files.exists(run.resolve("labels.txt")), 150);
            System.out.println(kills);
            result = SmallRun.resume(run).run();
            assertEquals(0, result.exitCode(), kills + result.err());
            SmallRun.assertSameResults(whole, run, "predictions.csv", "labels.txt", "skipped.csv", "data.json");
            assertEquals(SmallRun.files(whole), SmallRun.files(run), "after " + kills);
        }
        assertTrue(kills.size() >= 5 * runs - 2, "hardly any process was still alive to be killed: " + kills);
    }

    /** Kills a process at a random moment after something has become so. */
    private void kill(Path run, String stage, CliProcess command, Condition condition, int milliseconds)
            throws Exception {
        Process process = command.start();
        SmallRun.await(process, condition);
        Thread.sleep(random.nextInt(milliseconds));
        boolean alive = process.isAlive();
        process.destroyForcibly().waitFor();
        if (alive) {
            kills.add(run.getFileName() + " " + stage);
        }
    }

    private static String history(Path run) throws IOException {
        Path history = run.resolve("history.csv");
        return Files.exists(history) ? Files.readString(history) : "";
    }
}

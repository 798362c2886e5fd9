package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train --time-limit}, by the clock of whoever waits for it. */
class TimeLimitIT {
    private static final double TOLERANCE = 1.1;

    @TempDir
    private static Path directory;

    private static SmallRun small;
    /** What a run of the head alone takes on this machine, to the second above. */
    private static int headSeconds;

    @BeforeAll
    static void makePhotos() throws Exception {
        small = SmallRun.create(directory, 24);
        long start = System.nanoTime();
        Result result = small.train(directory.resolve("head"), "--epochs", "0", "--report")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        headSeconds = (int) Math.ceil((System.nanoTime() - start) / 1e9);
    }

    private static Result run(Path run, int seconds, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--time-limit", seconds + "s"));
        long start = System.nanoTime();
        Result result = small.train(run, all.toArray(String[]::new)).run();
        double taken = (System.nanoTime() - start) / 1e9;
        assertTrue(taken <= TOLERANCE * seconds, taken + " s: " + result.err());
        return result;
    }

    /** All of the epochs would take hours. */
    @Test
    void asManyEpochsAreTrainedAsFit() throws Exception {
        Path run = directory.resolve("run");
        int limit = 4 * headSeconds;
        Result result = run(run, limit, "--epochs", "100000", "--report");
        assertEquals(0, result.exitCode(), result.err());
        Matcher choice = Pattern.compile(
                        "Time limit \\w+: (\\d+) epochs? of fine-tuning with 40 layers, about \\d+ s\n")
                .matcher(result.err());
        assertTrue(choice.find(), result.err());
        int epochs = Integer.parseInt(choice.group(1));
        long trained = Files.readAllLines(run.resolve("history.csv")).stream()
                .filter(row -> row.startsWith("fine-tune,"))
                .count();
        assertTrue(trained > 0 && trained <= epochs, trained + " epochs of " + epochs);
        assertTrue(
                trained == epochs
                        || result.err().contains("fine-tune: stopped in epoch " + (trained + 1) + " of " + epochs),
                result.err());
        assertTrue(Files.exists(run.resolve("model.zip")) && Files.exists(run.resolve("report.html")));
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("time-limit: \""));
    }

    /** Hundreds of views of each photo would take minutes. */
    @Test
    void aPassThatIsTooLongIsRefused() throws Exception {
        Path run = directory.resolve("refused");
        Result result = run(run, headSeconds + 2, "--augment", "standard", "--views", "500");
        result.assertRefused(2, " is too short", "Use --time-limit ", " or more");
        assertFalse(Files.exists(run));
    }

    @Test
    void timesThatAreNoneAreRefused() throws Exception {
        for (String time : List.of("5", "0s", "m", "1m1h", "-5m")) {
            small.call(directory.resolve("none"), "--time-limit=" + time)
                    .assertRefused(
                            2, "--time-limit", "must be a time such as 90s, 5m, 1h or 1h30m, not '" + time + "'");
        }
    }
}

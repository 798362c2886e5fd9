package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.finetune.cli.CliProcess.Result;
import org.finetune.run.DirectoryLock;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune sweep}; half a minute on two idle cores. */
class SweepIT {
    private static final int IMAGES_PER_CLASS = 12;

    @TempDir
    private static Path directory;

    private static Path photos;
    private static Path sweep;
    private static Result result;

    /** Five trials: one without phase 2, and four that share a head, two of them at a rate that spoils the network. */
    @BeforeAll
    static void sweep() throws Exception {
        photos = PhotoFolder.create(directory.resolve("photos"), IMAGES_PER_CLASS, 1);
        sweep = directory.resolve("sweep");
        result = sweep("--try", "unfreeze=0,9,20", "--try", "lr=1e-4,10", "--out", sweep.toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
    }

    private static CliProcess sweep(String... options) {
        List<String> arguments = new ArrayList<>(List.of("sweep", "--data", photos.toString(), "--weights", "bundled"));
        arguments.addAll(List.of("--recipe", "keras", "--head-solver", "lbfgs"));
        arguments.addAll(List.of("--test-split", "0.2", "--size", "96", "--epochs", "2", "--batch-size", "8"));
        arguments.addAll(List.of(options));
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    private static JsonNode results(Path sweep) throws Exception {
        return new ObjectMapper().readTree(sweep.resolve("results.json").toFile());
    }

    @Test
    void everyTrialHasAResult() throws Exception {
        JsonNode trials = results(sweep).get("trials");
        assertEquals(5, trials.size(), trials.toString());
        assertEquals("{\"unfreeze\":\"0\"}", trials.get(0).get("settings").toString());
        assertEquals(
                "{\"unfreeze\":\"9\",\"lr\":\"1e-4\"}",
                trials.get(1).get("settings").toString());
        for (JsonNode trial : trials) {
            Path run = sweep.resolve(
                    String.format("trials/%03d", trial.get("trial").intValue()));
            assertEquals("done", trial.get("status").textValue(), trial.toString());
            JsonNode metrics =
                    new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
            assertEquals(metrics.get("top1"), trial.at("/figures/top1"));
            assertEquals(metrics.get("loss"), trial.at("/figures/loss"));
            assertEquals(metrics.get("head_top1"), trial.at("/figures/headTop1"));
            assertFalse(Files.exists(run.resolve("model.zip")), "only the best model is kept");
        }
        List<String> csv = Files.readAllLines(sweep.resolve("results.csv"));
        assertEquals(
                "trial,status,unfreeze,lr,top1,top1_low,top1_high,loss,head_top1,head_loss,kept,seconds,problem",
                csv.get(0));
        assertEquals(6, csv.size());
    }

    @Test
    void theTableIsRankedAndTheBestIsKept() throws Exception {
        int best = results(sweep).get("best").intValue();
        List<String> table = result.out().lines().toList();
        assertTrue(
                table.get(0).matches("rank +trial +unfreeze +lr +top-1 +95% interval +loss +head top-1 +kept +seconds"),
                result.out());
        assertTrue(table.get(1).matches(" +1 +" + best + " .*"), result.out());
        JsonNode trials = results(sweep).get("trials");
        JsonNode first = trials.get(best - 1);
        assertEquals(best, first.get("trial").intValue());
        for (JsonNode trial : trials) {
            assertTrue(
                    trial.at("/figures/top1").doubleValue()
                            <= first.at("/figures/top1").doubleValue(),
                    trial.toString());
        }
        assertTrue(
                result.out().matches("(?s).*\nTest +[0-9.]+% top-1 on \\d+ photos that no trial has seen .*"),
                result.out());
        JsonNode test = new ObjectMapper()
                .readTree(sweep.resolve("best/metrics.json").toFile())
                .get("test");
        assertTrue(test.get("images").intValue() > 0, test.toString());
        Result evaluated = CliProcess.finetune(
                        "evaluate", sweep.resolve("best").toString(), "--data", photos.toString(), "--format", "json")
                .call();
        assertEquals(0, evaluated.exitCode(), evaluated.err());
    }

    /** Sharing features and heads changes nothing. */
    @Test
    void aTrialIsTheSameAsARunByItself() throws Exception {
        Path run = directory.resolve("alone");
        Result alone = CliProcess.finetune(
                        "train", "--config", sweep.resolve("best/config.yaml").toString(), "--out", run.toString())
                .call();
        assertEquals(0, alone.exitCode(), alone.err());
        SmallRun.assertSameResults(run, sweep.resolve("best"), "predictions.csv");
    }

    @Test
    @Tag("slow")
    void ctrlCKeepsWhatIsDoneAndTheSweepGoesOn() throws Exception {
        Path out = directory.resolve("interrupted");
        Process process = sweep("--try", "seed=1..40:40", "--unfreeze", "0", "--out", out.toString())
                .start();
        try (BufferedReader err =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = err.readLine(); !line.startsWith("trial 2/40: "); line = err.readLine()) {
                // Two trials are enough.
            }
            Signals.send(process.pid(), "INT");
            String table = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String rest = err.lines().reduce("", (a, b) -> a + b + "\n");
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
            assertEquals(130, process.exitValue(), rest);
            assertTrue(table.startsWith("rank"), table);
            assertTrue(rest.contains("finetune sweep --continue " + out), rest);
        }
        int done = results(out).get("trials").size();
        assertTrue(done >= 2 && done < 40, done + " trials");
        assertTrue(Files.exists(out.resolve("best/model.zip")));
        assertFalse(Files.exists(out.resolve("cache")));
        assertEquals(done, count(out.resolve("trials")));

        String first = results(out).get("trials").get(0).toString();
        // As if it had been killed between the results, and before it had put things in order.
        Path table = out.resolve("results.csv");
        Files.write(table, Files.readAllLines(table).subList(0, done));
        Path leftModel = Files.writeString(out.resolve("trials/001/model.zip"), "left");
        Files.createDirectory(out.resolve(".best.former"));
        Result unchanged = CliProcess.finetune("sweep", "--continue", out.toString(), "--max-minutes", "1e-9")
                .run();
        assertEquals(0, unchanged.exitCode(), unchanged.err());
        assertEquals(done + 1, Files.readAllLines(table).size());
        assertFalse(Files.exists(leftModel));
        assertFalse(Files.exists(out.resolve(".best.former")));

        Result continued = CliProcess.finetune("sweep", "--continue", out.toString(), "--max-trials", "1")
                .run();
        assertEquals(0, continued.exitCode(), continued.err());
        assertEquals(done + 1, results(out).get("trials").size());
        assertEquals(first, results(out).get("trials").get(0).toString());
    }

    @Test
    void secondSweepInADirectoryIsRefused() throws Exception {
        Path copy = directory.resolve("locked");
        Links.copy(sweep, copy);
        try (DirectoryLock lock = DirectoryLock.take(copy, "sweep")) {
            CliProcess.finetune("sweep", "--continue", copy.toString())
                    .run()
                    .assertRefused(
                            3,
                            "Another sweep is using '" + copy + "' (process "
                                    + ProcessHandle.current().pid() + ")");
        }
        Result result =
                CliProcess.finetune("sweep", "--continue", copy.toString()).call();
        assertEquals(0, result.exitCode(), result.err());
        assertFalse(Files.exists(copy.resolve(".lock")));
    }

    @Test
    void noLinkInASweepDirectoryIsFollowed() throws Exception {
        Path copy = directory.resolve("copy");
        Links.copy(sweep, copy);
        Files.createDirectory(copy.resolve("cache"));
        Links links = new Links(directory.resolve("elsewhere"));
        for (String name : List.of(
                "trials",
                "trials/003",
                "trials/003/checkpoints",
                "cache",
                "best",
                ".best.part",
                "results.csv",
                ".results.json.part",
                ".lock",
                "config.yaml")) {
            links.assertNotFollowed(copy.resolve(name), CliProcess.finetune("sweep", "--continue", copy.toString()));
        }
    }

    private static long count(Path directory) throws Exception {
        try (var entries = Files.list(directory)) {
            return entries.count();
        }
    }

    @Test
    void whatCannotBeTriedIsRefused() throws Exception {
        assertUsage("nothing to try", new String[0]);
        assertUsage("did you mean '--random'", "--try", "unfreeze=0", "--randon", "3");
        assertUsage("did you mean 'unfreeze'?", "--try", "unfreze=0");
        assertUsage("is a range without a number of values", "--try", "lr=1e-5..1e-3");
        assertUsage("are both given", "--try", "dropout=0,0.5", "--dropout", "0.1");
        assertUsage("no such file", "--continue", directory.resolve("nothing").toString());
    }

    private static void assertUsage(String problem, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("sweep"));
        arguments.addAll(List.of(options));
        Result refused = CliProcess.finetune(arguments.toArray(String[]::new)).call();
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().toLowerCase(Locale.ROOT).contains(problem.toLowerCase(Locale.ROOT)), refused.err());
    }
}

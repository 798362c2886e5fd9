package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune compare} on two real runs. */
class CompareIT {
    @TempDir
    private static Path shared;

    @BeforeAll
    static void train() throws Exception {
        TrainedRun run = TrainedRun.shared();
        Files.createSymbolicLink(shared.resolve("run"), run.directory());
        Path out = shared.resolve("other");
        Result other = TrainedRun.train(
                        run.photos(), "--out", out.toString(), "--unfreeze", "0", "--head-lr", "0.00001")
                .call();
        assertEquals(0, other.exitCode(), other.err());
    }

    private static CliProcess command(Stream<String> arguments) {
        return CliProcess.finetune(
                Stream.concat(Stream.of("compare"), arguments).toArray(String[]::new));
    }

    /** Compares runs of the directory, as if that were the working directory. */
    private static Result compare(String... arguments) {
        String prefix = shared + "/";
        Result result = command(Stream.of(arguments)
                        .map(word -> word.startsWith("-") || word.equals("json") ? word : prefix + word))
                .call();
        return new Result(
                result.exitCode(),
                result.out().replace(prefix, ""),
                result.err().replace(prefix, ""));
    }

    @Test
    void tableShowsDifferencesFiguresCurvesAndTheTest() throws Exception {
        Result result = command(Stream.of("run", "other")).in(shared).run();
        assertEquals(0, result.exitCode(), result.err());
        String squeezed = result.out().replaceAll(" +", " ");
        assertTrue(squeezed.startsWith("A run\nB other\n"), result.out());
        assertTrue(squeezed.contains("\nhead-lr - 0.00001\n"), result.out());
        assertTrue(squeezed.contains("\nunfreeze 20 0\n"), result.out());
        assertTrue(squeezed.contains("\nepochs, both phases 5 3\n"), result.out());
        assertTrue(result.out().matches("(?s).*\nA  \\S{3} \\| \\S{2}\nB  \\S{3}\n.*"), result.out());
        assertTrue(
                result.out().matches("(?s).*\nA and B, on the same \\d+ photos: .* \\(McNemar, exact\\), so .*"),
                result.out());
    }

    @Test
    void jsonAgreesWithTheMetrics() throws Exception {
        Result result = compare("run", "other", "--format", "json");
        assertEquals(0, result.exitCode(), result.err());
        JsonNode json = new ObjectMapper().readTree(result.out());
        for (int run = 0; run < 2; run++) {
            Path metrics = shared.resolve(run == 0 ? "run" : "other").resolve("metrics.json");
            assertEquals(new ObjectMapper().readTree(metrics.toFile()), json.at("/runs/" + run + "/metrics"));
        }
        JsonNode pair = json.at("/pairs/0");
        long photos = json.at("/runs/0/metrics/images").longValue();
        assertTrue(pair.get("same_photos").booleanValue());
        assertEquals(photos, pair.get("shared_photos").longValue());
        assertEquals(
                json.at("/runs/0/metrics/top1").doubleValue(),
                pair.get("first_right").doubleValue() / photos,
                1e-12);
        assertEquals(
                pair.get("first_right").longValue() - pair.get("second_right").longValue(),
                pair.get("only_first_right").longValue()
                        - pair.get("only_second_right").longValue());
    }

    @Test
    void pageIsOneFileThatLoadsNothing() throws Exception {
        Result result = compare("run", "other", "--html", "page.html");
        assertEquals(0, result.exitCode(), result.err());
        String page = Files.readString(shared.resolve("page.html"));
        assertTrue(page.contains("on the same"), page);
        assertTrue(page.contains("head-lr") && page.contains("0.00001"), page);
        assertEquals(2, page.split("<img ", -1).length - 1);
        assertFalse(page.matches("(?s).*(src|srcset|href)=\"(?!data:|#).*"), page);
        assertEquals(2, compare("run", "other", "--html", "page.html").exitCode());
    }

    @Test
    void damagedFilesAreNamed() throws Exception {
        Path copy = shared.resolve("copy");
        Links.copy(shared.resolve("other"), copy);
        Path predictions = copy.resolve("predictions.csv");
        List<String> rows = Files.readAllLines(predictions);
        Files.write(predictions, rows.subList(0, rows.size() - 1));
        compare("run", "copy").assertRefused(3, "'copy/predictions.csv': it has " + (rows.size() - 2) + " photos, but");
        Files.delete(predictions);
        assertEquals(
                0, new ProcessBuilder("mkfifo", predictions.toString()).start().waitFor());
        compare("run", "copy").assertRefused(3, "'copy/predictions.csv': it is not a regular file");
        Path history = copy.resolve("history.csv");
        Files.writeString(history, Files.readString(history).replaceFirst("head,1,[^,]*,[^,]*", "head,1,0.1,much"));
        compare("run", "copy").assertRefused(3, "'copy/history.csv': 'much' in the column train_loss is not a number");
    }

    @Test
    void unfinishedRunsAreLeftOutAndNamed() throws Exception {
        Files.createDirectory(shared.resolve("unfinished"));
        Result result = compare("run", "unfinished", "other/model.zip");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(compare("run", "other").out(), result.out());
        assertEquals("warning: 'unfinished' is skipped because it has no finished run\n", result.err());
        JsonNode json = new ObjectMapper()
                .readTree(compare("run", "unfinished", "other", "--format", "json")
                        .out());
        assertEquals(2, json.get("runs").size());
        assertEquals("unfinished", json.at("/left_out/0").textValue());
        compare("run", "unfinished")
                .assertRefused(3, "At least two finished runs are needed: 'unfinished' has no finished run");
    }

    @Test
    void wrongRunsAreRefused() throws Exception {
        Result absent = compare("run", "absent");
        assertEquals(3, absent.exitCode());
        assertTrue(absent.err().startsWith("finetune: 'absent' has no finished run: "), absent.err());
        assertEquals(2, compare("run").exitCode());
        assertEquals(2, compare("run", "run").exitCode());
    }
}

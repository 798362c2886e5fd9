package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train} without a word about training, on enough photos for a temperature. */
class DefaultRecipeIT {
    @TempDir
    private static Path directory;

    private static Path run;
    private static Result result;

    @BeforeAll
    static void train() throws Exception {
        SmallRun small = SmallRun.create(directory, 120);
        run = directory.resolve("run");
        result = CliProcess.finetune(
                        "train",
                        "--data",
                        small.photos().toString(),
                        "--weights",
                        small.weights().toString(),
                        "--alpha",
                        "0.35",
                        "--size",
                        "96",
                        "--label-smoothing",
                        "0.3",
                        "--out",
                        run.toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
    }

    private static JsonNode metrics() throws Exception {
        return new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    }

    @Test
    void theHeadIsSolvedAndFineTuningDecays() throws Exception {
        assertTrue(
                result.err()
                        .matches(
                                "(?s).*\nhead: solved in \\d+\\.\\d s by L-BFGS, penalty [0-9.]+, validation accuracy .*"),
                result.err());
        List<String[]> rows = Files.readAllLines(run.resolve("history.csv")).stream()
                .skip(1)
                .map(row -> row.split(","))
                .toList();
        assertEquals(7, rows.size());
        assertEquals("head 1 0.0", String.join(" ", rows.get(0)[0], rows.get(0)[1], rows.get(0)[2]));
        double before = 5e-4;
        for (String[] row : rows.subList(1, 7)) {
            assertEquals("fine-tune", row[0]);
            double rate = Double.parseDouble(row[2]);
            assertTrue(rate < before, String.join(",", row));
            before = rate;
        }
        assertTrue(before < 5e-6, "the last rate is " + before);
    }

    /** What the model says of the photos is what predictions.csv and the metrics have, with the temperature in it. */
    @Test
    void theModelHasTheTemperature() throws Exception {
        JsonNode metrics = metrics();
        assertTrue(metrics.get("images").intValue() >= 50, metrics.toString());
        assertTrue(Math.abs(metrics.get("temperature").doubleValue() - 1) > 0.01, metrics.toString());
        assertTrue(metrics.get("loss").doubleValue()
                < metrics.get("uncalibrated_loss").doubleValue());
        String kept = metrics.get("kept").textValue().replace('-', '_');
        assertEquals(metrics.get(kept + "_loss"), metrics.get("uncalibrated_loss"));
        List<String> rows = Files.readAllLines(run.resolve("predictions.csv"));
        double loss = 0;
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",");
            List<String> classes = List.of(rows.get(0).split(","));
            loss -= Math.log(Double.parseDouble(cells[classes.indexOf(cells[2])])) / (rows.size() - 1);
        }
        assertEquals(loss, metrics.get("loss").doubleValue(), 1e-4);
        String[] first = rows.get(1).split(",");
        Result predicted = CliProcess.finetune("predict", run.toString(), first[0], "--format", "csv", "--top", "3")
                .call();
        assertEquals(0, predicted.exitCode(), predicted.err());
        String[] ranked =
                predicted.out().lines().skip(1).findFirst().orElseThrow().split(",");
        List<String> header = List.of(rows.get(0).split(","));
        for (int rank = 0; rank < 3; rank++) {
            double stated = Double.parseDouble(first[header.indexOf(ranked[1 + 2 * rank])]);
            assertEquals(stated, Double.parseDouble(ranked[2 + 2 * rank]), 1e-4);
        }
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("divided by a temperature of "), "no word about the temperature in the report");
    }

    @Test
    void contradictionsAreRefused() throws Exception {
        Result refused = CliProcess.finetune(
                        "train", "--data", directory.toString(), "--head-solver", "lbfgs", "--head-lr", "0.1")
                .call();
        refused.assertRefused(2, "--head-lr applies to Adam, but --head-solver is lbfgs; remove one of them.");
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe on real photos with the real ImageNet weights. */
class FlowersIT {

    @TempDir
    private Path directory;

    /** Default settings, 200 photos of each of five kinds of flower, 50 to validate. */
    @Test
    @Tag("slow")
    void defaultSettingsTellFlowersApart() throws Exception {
        Path flowers = SharedMaterial.require("data/flowers");
        Path weights = SharedMaterial.imageNetWeights();
        Path run = directory.resolve("run");
        Result trained = CliProcess.finetune(
                        "train",
                        "--data",
                        flowers.toString(),
                        "--alpha",
                        "0.35",
                        "--weights",
                        weights.toString(),
                        "--out",
                        run.toString())
                .call();
        assertEquals(0, trained.exitCode(), trained.err());
        JsonNode metrics =
                new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
        assertEquals(250, metrics.get("images").intValue());
        // 0.892 on an x86-64 processor; the head alone has 0.876.
        assertTrue(metrics.get("top1").doubleValue() >= 0.884, "top-1 is " + metrics.get("top1"));

        Result evaluated = CliProcess.finetune(
                        "evaluate",
                        run.toString(),
                        "--data",
                        flowers.resolve("val").toString(),
                        "--format",
                        "json")
                .call();
        assertEquals(0, evaluated.exitCode(), evaluated.err());
        assertEquals(
                metrics.get("top1").doubleValue(),
                new ObjectMapper().readTree(evaluated.out()).get("top1").doubleValue());
    }

    /** Logits more than 104 apart, of which float32's softmax makes zeros, come about in epoch 12. */
    @Test
    void aHighRateOfTheHeadIsNoDivergence() throws Exception {
        Path flowers = SharedMaterial.require("data/flowers").resolve("train");
        Path weights = SharedMaterial.imageNetWeights();
        Path photos = directory.resolve("photos");
        for (File kind : flowers.toFile().listFiles(File::isDirectory)) {
            Path folder = Files.createDirectories(photos.resolve(kind.getName()));
            for (File photo : Arrays.stream(kind.listFiles()).sorted().limit(8).toList()) {
                Files.copy(photo.toPath(), folder.resolve(photo.getName()));
            }
        }
        Path run = directory.resolve("run");
        List<String> arguments =
                new ArrayList<>(List.of("train", "--data", photos.toString(), "--out", run.toString()));
        arguments.addAll(List.of("--weights", weights.toString(), "--alpha", "0.35", "--size", "96", "--no-report"));
        arguments.addAll(List.of("--head-lr", "0.02", "--head-epochs", "30", "--patience", "0", "--epochs", "0"));
        Result trained = CliProcess.finetune(arguments.toArray(String[]::new)).call();
        assertEquals(0, trained.exitCode(), trained.err());
        List<String> history = Files.readAllLines(run.resolve("history.csv"));
        assertEquals(1 + 30, history.size());
        for (String epoch : history) {
            assertFalse(epoch.contains("NaN") || epoch.contains("Infinity"), epoch);
        }
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
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
                .run();
        assertEquals(0, trained.exitCode(), trained.err());
        JsonNode metrics =
                new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
        assertEquals(250, metrics.get("images").intValue());
        assertTrue(metrics.get("top1").doubleValue() >= 0.86, "top-1 is " + metrics.get("top1"));

        Result evaluated = CliProcess.finetune(
                        "evaluate",
                        run.toString(),
                        "--data",
                        flowers.resolve("val").toString(),
                        "--format",
                        "json")
                .run();
        assertEquals(0, evaluated.exitCode(), evaluated.err());
        assertEquals(
                metrics.get("top1").doubleValue(),
                new ObjectMapper().readTree(evaluated.out()).get("top1").doubleValue());
    }
}

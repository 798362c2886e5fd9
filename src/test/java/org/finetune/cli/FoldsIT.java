package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.finetune.run.files.Predictions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --folds}. */
class FoldsIT {
    private static final String[] OPTIONS = {"--folds", "3", "--epochs", "2"};

    @TempDir
    private Path directory;

    @Test
    void predictsEachPhotoOutOfItsFoldAndResumesToTheSameBytesAfterAKill() throws Exception {
        SmallRun small = SmallRun.create(directory, 20);
        Path whole = directory.resolve("whole");
        Result result = small.call(whole, "--folds", "3", "--epochs", "2", "--report");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("by models not trained on them"), result.out());
        assertTrue(result.out().contains("Folds      3: top-1 "), result.out());
        List<Predictions.Photo> predictions = Predictions.read(whole.resolve("predictions.csv"));
        assertEquals(60, predictions.size());
        assertEquals(
                60,
                new HashSet<>(predictions.stream().map(Predictions.Photo::path).toList()).size());
        JsonNode folds = new ObjectMapper().readTree(whole.resolve("folds.json").toFile());
        JsonNode metrics =
                new ObjectMapper().readTree(whole.resolve("metrics.json").toFile());
        long right = predictions.stream().filter(Predictions.Photo::right).count();
        assertEquals(right / 60.0, metrics.path("top1").asDouble(), 1e-9);
        assertEquals(3, folds.path("folds").size());
        double hits = 0;
        for (JsonNode fold : folds.path("folds")) {
            hits += fold.path("top1").asDouble() * fold.path("images").asInt();
        }
        assertEquals((double) right, hits, 1e-6);
        assertTrue(Files.readString(whole.resolve("report.html")).contains("Cross-validation"));

        Path killed = directory.resolve("killed");
        Process process = small.train(killed, OPTIONS).start();
        SmallRun.await(process, () -> Files.exists(killed.resolve("cache/fold-1.checkpoint")));
        process.destroyForcibly().waitFor();
        assertFalse(Files.exists(killed.resolve("model.zip")));
        Result resumed = SmallRun.resume(killed).call();
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.err().contains("fold 1/3: trained before the run was stopped"), resumed.err());
        SmallRun.assertSameResults(
                whole, killed, "predictions.csv", "folds.json", "features.bin", "label-errors.json", "data.json");
        assertFalse(Files.exists(killed.resolve("cache")));
    }

    @Test
    void foldsThatCannotBeAreRefused() throws Exception {
        SmallRun small = SmallRun.create(directory, 4);
        Path run = directory.resolve("run");
        small.call(run, "--folds", "13").assertRefused(3, "--folds 13 needs at least as many groups", "there are");
        small.call(run, "--folds", "2", "--group-by", "^[a-z]+")
                .assertRefused(3, "--folds cannot both train on and validate the class 'checks'");
        small.call(run, "--folds", "2", "--group-by", "(")
                .assertRefused(2, "--group-by must be a regular expression, not '('");
        small.call(run, "--folds", "2", "--patience", "2").assertRefused(2, "--patience", "--folds");
        assertFalse(Files.exists(run));
    }
}

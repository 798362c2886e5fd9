package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.hash.Sha256;
import org.finetune.tensorboard.EventFileReader;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train} on images that suit it. */
class TrainIT {
    private static final int IMAGES = 36;

    private static TrainedRun run;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
    }

    @Test
    void runDirectoryHasItsFilesAndNothingElse() throws Exception {
        try (Stream<Path> files = Files.list(run.directory())) {
            assertEquals(
                    Set.of(
                            "config.yaml",
                            "data.json",
                            "features.bin",
                            "finetune.log",
                            "history.csv",
                            "images.jsonl",
                            "labels.txt",
                            "metrics.json",
                            "model.zip",
                            "plots",
                            "predictions.csv",
                            "report.html",
                            "skipped.csv",
                            "tensorboard",
                            "timings.json"),
                    new HashSet<>(
                            files.map(file -> file.getFileName().toString()).toList()));
        }
        assertEquals(PhotoFolder.CLASSES, Files.readAllLines(run.directory().resolve("labels.txt")));
        assertEquals("path,reason\n", Files.readString(run.directory().resolve("skipped.csv")));
        String log = Files.readString(run.directory().resolve("finetune.log"));
        assertTrue(log.contains("INFO  Data: 3 classes (checks, discs, stripes)"), log);
        assertTrue(log.contains("INFO  head epoch 1/3: loss "), log);
        log.lines().forEach(line -> assertFalse(line.matches(".*(\\w\\[\\w+=|org\\.nd4j|deeplearning4j).*"), line));
    }

    @Test
    void metricsAreThoseOfTheConfusionMatrix() throws Exception {
        JsonNode metrics = metrics(run.directory());
        long hits = 0;
        long images = 0;
        for (int label = 0; label < 3; label++) {
            assertEquals(
                    PhotoFolder.CLASSES.get(label),
                    metrics.at("/classes/" + label + "/name").textValue());
            for (int predicted = 0; predicted < 3; predicted++) {
                long count = metrics.at("/confusion_matrix/" + label + "/" + predicted)
                        .longValue();
                images += count;
                hits += label == predicted ? count : 0;
            }
        }
        assertEquals(images, metrics.get("images").longValue());
        assertEquals((double) hits / images, metrics.get("top1").doubleValue());
        assertEquals(1, metrics.get("top5").doubleValue());
        assertTrue(metrics.get("macro_f1").doubleValue() > 0.5);
        assertTrue(metrics.get("head_top1").doubleValue() > 0.5, "worse than a guess: " + metrics);
        assertEquals(
                metrics.get("fine_tune_top1").doubleValue()
                        - metrics.get("head_top1").doubleValue(),
                metrics.get("fine_tune_gain").doubleValue());
        assertEquals(IMAGES, metrics.get("train_images").intValue() + images);
        assertEquals(0, metrics.get("skipped_images").intValue());
        assertFalse(metrics.has("seconds"), "A run that is repeated would have other metrics");
    }

    @Test
    void runBelowTheAccuracyWantedIsFinishedAllTheSame() throws Exception {
        SmallRun small = SmallRun.create(directory, 8);
        Files.move(small.photos().resolve("discs/photo0.png"), small.photos().resolve("checks/disc.png"));
        Path out = directory.resolve("run");
        Result result =
                small.call(out, "--head-epochs", "1", "--epochs", "0", "--head-lr", "1e-6", "--min-accuracy", "1");
        assertEquals(7, result.exitCode(), result.err());
        assertTrue(result.err().contains(" photos are classified correctly ("), result.err());
        assertTrue(result.out().contains("Model "), result.out());
        assertTrue(Files.exists(out.resolve("model.zip")));
        CliProcess.finetune("resume", out.toString(), "--min-accuracy", "1")
                .call()
                .assertRefused(7, "below --min-accuracy 1.0");
        Result reached = CliProcess.finetune("resume", out.toString(), "--min-accuracy", "0")
                .call();
        assertEquals(0, reached.exitCode(), reached.err());
    }

    @Test
    void historyHasARowForEachEpoch() throws Exception {
        List<String> history = Files.readAllLines(run.directory().resolve("history.csv"));
        assertEquals("phase,epoch,learning_rate,train_loss,train_top1,val_loss,val_top1,best", history.get(0));
        assertEquals(
                List.of("head,1,0.001", "head,2,0.001", "head,3,0.001", "fine-tune,1,1.0E-5", "fine-tune,2,1.0E-5"),
                history.stream()
                        .skip(1)
                        .map(row -> row.replaceFirst("^((?:[^,]*,){2}[^,]*).*", "$1"))
                        .toList());
        double first = value(history.get(1), 3);
        double last = value(history.get(3), 3);
        assertTrue(last < first, "the head has learned nothing: " + history);
    }

    @Test
    void timingsAreThoseOfTheStagesAndOfEachEpoch() throws Exception {
        JsonNode timings = new ObjectMapper()
                .readTree(run.directory().resolve("timings.json").toFile());
        for (String stage : List.of("scan", "weights", "prepare", "features", "head", "fine-tune", "save")) {
            assertTrue(timings.at("/seconds/" + stage).doubleValue() > 0, stage);
        }
        assertTrue(timings.at("/feature_seconds/network/forward").doubleValue() > 0);
        assertEquals(5, timings.get("epochs").size());
        assertEquals("fine-tune", timings.at("/epochs/3/phase").textValue());
        assertEquals(1, timings.at("/epochs/3/epoch").intValue());
        assertTrue(timings.at("/epochs/3/seconds").doubleValue() > 0);
    }

    @Test
    void predictionsAreThoseOfTheKeptModel() throws Exception {
        List<String> rows = Files.readAllLines(run.directory().resolve("predictions.csv"));
        assertEquals("path,sha256,class,predicted,checks,discs,stripes", rows.get(0));
        JsonNode metrics = metrics(run.directory());
        assertEquals(metrics.get("images").intValue(), rows.size() - 1);
        long right = rows.stream()
                .skip(1)
                .map(row -> row.split(","))
                .filter(row -> row[2].equals(row[3]))
                .count();
        assertEquals(metrics.get("top1").doubleValue(), (double) right / (rows.size() - 1));
        String[] first = rows.get(1).split(",");
        assertTrue(first[0].endsWith(".png") && Files.exists(Path.of(first[0])), first[0]);
        assertTrue(first[1].matches("[0-9a-f]{64}"), first[1]);
        Result predicted = CliProcess.finetune(
                        "predict", run.directory().toString(), first[0], "--format", "csv", "--top", "3")
                .call();
        assertEquals(0, predicted.exitCode(), predicted.err());
        String[] again =
                predicted.out().lines().skip(1).findFirst().orElseThrow().split(",");
        for (int rank = 0; rank < 3; rank++) {
            int label = PhotoFolder.CLASSES.indexOf(again[1 + 2 * rank]);
            assertEquals(Double.parseDouble(first[4 + label]), Double.parseDouble(again[2 + 2 * rank]), 1e-4);
        }
    }

    @Test
    void tensorBoardFindsTheCurvesOfBothPhases() throws Exception {
        List<String> history = Files.readAllLines(run.directory().resolve("history.csv"));
        for (String side : List.of("train", "validation")) {
            try (Stream<Path> files = Files.list(run.directory().resolve("tensorboard/" + side))) {
                List<EventFileReader.Entry> entries =
                        EventFileReader.read(files.findFirst().orElseThrow());
                assertEquals(2 + 5, entries.size());
                for (int step = 1; step <= 5; step++) {
                    EventFileReader.Entry entry = entries.get(step + 1);
                    String phase = step <= 3 ? "head" : "fine-tune";
                    double loss = value(history.get(step), side.equals("train") ? 3 : 5);
                    assertEquals(step, entry.step());
                    assertEquals(loss, entry.scalars().get("loss"), 1e-6 * loss);
                    assertEquals(entry.scalars().get("loss"), entry.scalars().get(phase + "/loss"));
                    assertEquals(side.equals("train"), entry.scalars().containsKey("learning_rate"));
                }
            }
        }
    }

    private static double value(String row, int column) {
        return Double.parseDouble(row.split(",")[column]);
    }

    @Test
    void terminalShowsWhatHappensAndTheResult() {
        assertEquals("", control(run.result().out() + run.result().err()));
        assertTrue(run.result().err().contains("3 classes (checks, discs, stripes), "));
        assertTrue(run.result().err().contains("SHA-256 "));
        assertTrue(run.result().err().contains("fine-tune epoch 2/2: "));
        assertTrue(
                run.result().out().contains("Weights    It was trained from the bundled weights,"),
                run.result().out());
        assertTrue(run.result().out().contains("Model      " + run.directory() + "/model.zip"));
    }

    /** Control characters but for line feeds. */
    private static String control(String text) {
        return text.replaceAll("[^\\p{Cntrl}]|\n", "");
    }

    @Test
    void recordedConfigurationRepeatsTheRunWithTheSameBytes() throws Exception {
        Result result = CliProcess.finetune("train", "--quiet", "--config", run.directory() + "/config.yaml")
                .in(directory)
                .run();
        assertEquals(0, result.exitCode(), result.err());
        Path repeated = directory.resolve("runs/photos-1");
        assertArrayEquals(run.model(), Files.readAllBytes(repeated.resolve("model.zip")));
        assertEquals(
                Files.readString(run.directory().resolve("config.yaml")),
                Files.readString(repeated.resolve("config.yaml")));
    }

    @Test
    @Tag("slow")
    void anotherSeedGivesAnotherModel() throws Exception {
        Path out = directory.resolve("run");
        assertEquals(
                0,
                TrainedRun.train(run.photos(), "--seed", "43", "--out", out.toString())
                        .call()
                        .exitCode());
        assertFalse(Arrays.equals(run.model(), Files.readAllBytes(out.resolve("model.zip"))));
    }

    @Test
    void headAloneIsTrained() throws Exception {
        Path out = directory.resolve("run");
        Result result = TrainedRun.train(run.photos(), "--unfreeze", "0", "--out", out.toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("only the head was trained"), result.out());
        assertFalse(Files.exists(out.resolve("report.html")), "--no-report");
        assertFalse(Files.exists(out.resolve("plots")), "--no-report");
        assertEquals(4, Files.readAllLines(out.resolve("history.csv")).size());
        JsonNode metrics = metrics(out);
        assertEquals("head", metrics.get("kept").textValue());
        assertEquals(metrics.get("top1"), metrics.get("head_top1"));
        assertFalse(metrics.has("fine_tune_top1"));
        // The head does not depend on what phase 2 would have trained.
        assertEquals(
                metrics(run.directory()).get("head_loss").doubleValue(),
                metrics.get("head_loss").doubleValue(),
                1e-5);
    }

    @Test
    @Tag("slow")
    void allLayersAreTrained() throws Exception {
        Path out = directory.resolve("run");
        Result result = TrainedRun.train(run.photos(), "--unfreeze", "all", "--lr", "1e-4", "--out", out.toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(metrics(out).has("fine_tune_top1"));
    }

    @Test
    @Tag("slow")
    void bothEnginesTrainAlike() throws Exception {
        // Few, since the stock graph takes its time.
        Path photos = PhotoFolder.create(directory.resolve("photos"), 4, 1);
        assertEnginesTrainAlike(photos, "keras", 5, TrainedRun.SHORT);
        assertEnginesTrainAlike(photos, "default", 3, List.of("--size", "96", "--epochs", "2", "--batch-size", "8"));
    }

    private void assertEnginesTrainAlike(Path photos, String recipe, int epochs, List<String> options)
            throws Exception {
        List<List<String>> histories = new ArrayList<>();
        for (String engine : List.of("fast", "graph")) {
            Path out = directory.resolve(recipe + "-" + engine);
            List<String> arguments = new ArrayList<>(List.of("train", "--data", photos.toString(), "--no-report"));
            arguments.addAll(List.of("--weights", "bundled", "--engine", engine, "--out", out.toString()));
            arguments.addAll(options);
            // Each engine draws dropout masks of its own.
            arguments.addAll(List.of("--dropout", "0"));
            Result result =
                    CliProcess.finetune(arguments.toArray(String[]::new)).call();
            assertEquals(0, result.exitCode(), result.err());
            histories.add(Files.readAllLines(out.resolve("history.csv")));
            assertEquals(1 + epochs, histories.get(histories.size() - 1).size());
        }
        for (int row = 1; row <= epochs; row++) {
            for (int column : new int[] {3, 5}) {
                double fast = value(histories.get(0).get(row), column);
                assertEquals(fast, value(histories.get(1).get(row), column), 1e-3 * fast);
            }
        }
    }

    @Test
    void infoShowsWhatWasTrained() throws Exception {
        Result result = CliProcess.finetune("info", run.directory().toString()).call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("\nMobileNetV2, alpha 1.0, input 96x96\n"), result.out());
        assertTrue(result.out().contains("block_16_project_BN"), result.out());
        List<String> facts = result.out().lines().toList();
        assertEquals("Classes: checks, discs, stripes", facts.get(0));
        assertTrue(facts.get(1).contains("size 96, resize stretch"), result.out());
        assertEquals("SHA-256 of model.zip: " + Sha256.of(run.model()), facts.get(2));
    }

    @Test
    void existingDirectoriesAreNeverOverwritten() throws Exception {
        byte[] model = run.model();
        Result result = TrainedRun.train(run.photos(), "--out", run.directory().toString())
                .call();
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().contains("already exists; runs are never overwritten"), result.err());
        assertArrayEquals(model, run.model());
    }

    @Test
    @Tag("slow")
    void firstCommandOfTheReadme() throws Exception {
        Path out = directory.resolve("run");
        Result result = CliProcess.finetune(
                        "train", "--classes", "5", "--unfreeze", "20", "--weights", "bundled", "--out", out.toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        JsonNode metrics = metrics(out);
        assertTrue(metrics.get("top1").doubleValue() >= 0.9, metrics.toString());
        assertEquals(5, metrics.get("classes").size());
        assertEquals(0, metrics.get("skipped_images").intValue());
    }

    private static JsonNode metrics(Path run) throws Exception {
        return new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    }
}

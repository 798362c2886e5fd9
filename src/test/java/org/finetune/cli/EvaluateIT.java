package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune evaluate}. */
class EvaluateIT {
    private static TrainedRun run;

    @TempDir
    private Path directory;

    private Path photos;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
    }

    @BeforeEach
    void createPhotos() throws IOException {
        photos = PhotoFolder.create(directory.resolve("photos"), 4, 2);
    }

    private Result evaluate(String... options) throws Exception {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "evaluate";
        arguments[1] = run.directory().toString();
        arguments[2] = "--data";
        arguments[3] = photos.toString();
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CliProcess.finetune(arguments).call();
    }

    @Test
    void jsonAgreesWithPredict() throws Exception {
        Result result = evaluate("--format", "json");
        assertEquals(0, result.exitCode(), result.err());
        JsonNode metrics = new ObjectMapper().readTree(result.out());
        assertEquals(12, metrics.get("images").intValue());
        assertEquals(0, metrics.get("skipped_images").intValue());
        long right = CliProcess.finetune("predict", run.directory().toString(), photos.toString(), "--format", "csv")
                .call()
                .out()
                .lines()
                .skip(1)
                .filter(line -> line.split(",")[0].contains("/" + line.split(",")[1] + "/"))
                .count();
        assertEquals(right / 12.0, metrics.get("top1").doubleValue());
        assertEquals(1, metrics.get("top5").doubleValue());
        assertTrue(metrics.get("loss").doubleValue() > 0);
        assertTrue(metrics.has("macro_f1"));
        assertEquals(4, metrics.at("/classes/1/support").intValue());
    }

    @Test
    void textHasALineForEachClass() throws Exception {
        Result result = evaluate();
        assertEquals(0, result.exitCode(), result.err());
        for (String name : PhotoFolder.CLASSES) {
            assertTrue(result.out().lines().anyMatch(line -> line.startsWith(name + " ")), result.out());
        }
        assertTrue(result.out().contains("on 12 photos"), result.out());
    }

    /** Photos of discs in the folder of stripes are taken for discs. */
    @Test
    void wrongPhotosAreListedAndCountedInTheConfusionMatrix() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.delete(photos.resolve("stripes/photo" + i + ".png"));
            Files.move(photos.resolve("discs/photo" + i + ".png"), photos.resolve("stripes/disc" + i + ".png"));
        }
        Path out = directory.resolve("evaluation");
        Result result = evaluate("--out", out.toString(), "--strict");
        assertEquals(0, result.exitCode(), result.err());
        JsonNode metrics =
                new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
        assertEquals(8, metrics.get("images").intValue());
        List<String> wrong = Files.readAllLines(out.resolve("wrong.csv"));
        assertEquals("path,class,predicted,probability,probability_of_class", wrong.get(0));
        long hits = Math.round(8 * metrics.get("top1").doubleValue());
        assertTrue(hits < 8, "Nothing is wrong");
        assertEquals(8 - hits, wrong.size() - 1);
        long discs = wrong.stream()
                .filter(line -> line.startsWith(photos + "/stripes/") && line.contains(",stripes,discs,"))
                .count();
        assertEquals(9, Files.readAllLines(out.resolve("predictions.csv")).size());
        assertEquals("path,reason\n", Files.readString(out.resolve("skipped.csv")));
        String report = Files.readString(out.resolve("report.html"));
        for (String photo : wrong.subList(1, wrong.size())) {
            String name = Path.of(photo.substring(0, photo.indexOf(',')))
                    .getFileName()
                    .toString();
            assertTrue(report.contains("alt=\"Photo " + name + ", class stripes\""), name);
        }
        assertTrue(Files.exists(out.resolve("plots/confusion.png")));
        assertTrue(result.out().contains("class \\ predicted  checks  discs  stripes\n"), result.out());
        assertTrue(
                result.out().lines().anyMatch(line -> line.matches("stripes +0 +" + discs + " +" + (4 - discs))),
                result.out());
        evaluate("--out", out.toString()).assertRefused(2, "--out must name a new directory");
    }

    @Test
    void classesWithoutPhotosHaveNoFigures() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.delete(photos.resolve("discs/photo" + i + ".png"));
        }
        Result result = evaluate();
        assertTrue(result.out().lines().anyMatch(line -> line.matches("discs +- +- +- +0")), result.out());
    }

    @Test
    void classesAreMatchedByName() throws Exception {
        try (var files = Files.list(photos.resolve("checks"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(photos.resolve("checks"));
        JsonNode metrics =
                new ObjectMapper().readTree(evaluate("--format", "json").out());
        assertEquals(8, metrics.get("images").intValue());
        assertEquals(0, metrics.at("/classes/0/support").intValue());
        assertEquals(4, metrics.at("/classes/2/support").intValue());
    }

    @Test
    void unknownClassIsRefused() throws Exception {
        Files.move(photos.resolve("checks"), photos.resolve("chess"));
        Result result = evaluate();
        assertEquals(3, result.exitCode());
        assertEquals("", result.out());
        assertTrue(
                result.err().contains("does not have the class 'chess' but only checks, discs, stripes"), result.err());
    }

    @Test
    void corruptImagesAreSkippedCountedAndLimited() throws Exception {
        Path corrupt = Files.writeString(photos.resolve("discs/corrupt.jpg"), "This is no JPEG.");
        Result refused = evaluate();
        assertEquals(3, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("1 of 13 photos is unusable"), refused.err());
        Result allowed = evaluate("--max-bad-fraction", "0.2");
        assertEquals(0, allowed.exitCode(), allowed.err());
        assertTrue(allowed.err().contains("skipped '" + corrupt + "': "), allowed.err());
        assertTrue(allowed.out().contains("1 photo was skipped"), allowed.out());
    }

    @Test
    void tooLowAnAccuracyHasAnExitCodeOfItsOwn() throws Exception {
        Files.move(photos.resolve("checks"), directory.resolve("checks"));
        Files.move(photos.resolve("discs"), photos.resolve("checks"));
        Result missed = evaluate("--format", "json", "--min-accuracy", "1");
        assertEquals(7, missed.exitCode(), missed.err());
        JsonNode metrics = new ObjectMapper().readTree(missed.out());
        long right = Math.round(8 * metrics.get("top1").doubleValue());
        assertTrue(
                missed.err().contains("\nfinetune: " + right + " of 8 photos are classified correctly ("),
                missed.err());
        Result reached = evaluate("--min-accuracy", metrics.get("top1").asText());
        assertEquals(0, reached.exitCode(), reached.err());
    }

    @Test
    void accuracyThatIsNoShareIsAUsageError() throws Exception {
        for (String share : List.of("90", "-0.1", "NaN", "high")) {
            evaluate("--min-accuracy", share)
                    .assertRefused(2, "--min-accuracy must be a number from 0 to 1, not '" + share + "'");
        }
    }

    @Test
    void missingDataAreRefused() throws Exception {
        photos = directory.resolve("absent");
        Result result = evaluate();
        assertEquals(3, result.exitCode());
        assertTrue(result.err().contains("does not exist"), result.err());
    }
}

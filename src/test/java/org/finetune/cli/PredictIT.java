package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The photos that {@code finetune predict} is given, and what it says about them. */
class PredictIT {
    @TempDir
    private static Path shared;

    private static TrainedRun run;
    private static Path photos;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
        photos = PhotoFolder.create(shared.resolve("new-photos"), 2, 2);
    }

    private static Result predict(String... arguments) throws Exception {
        return process(arguments).call();
    }

    private static CliProcess process(String... arguments) {
        return CliProcess.finetune(
                Stream.concat(Stream.of("predict", run.directory().toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Probabilities of the classes by path, from the lines of {@code --format jsonl --top 3}. */
    private static Map<Path, Map<String, Double>> probabilities(String jsonl) throws Exception {
        Map<Path, Map<String, Double>> result = new HashMap<>();
        for (String line : jsonl.lines().toList()) {
            JsonNode prediction = new ObjectMapper().readTree(line);
            Map<String, Double> classes = new HashMap<>();
            prediction
                    .get("classes")
                    .forEach(entry -> classes.put(
                            entry.get("class").textValue(),
                            entry.get("probability").doubleValue()));
            result.put(Path.of(prediction.get("path").textValue()), classes);
        }
        return result;
    }

    @Test
    void filesDirectoriesPatternsAndStandardInputGiveTheSamePredictions() throws Exception {
        List<String> files = new ArrayList<>();
        for (String name : PhotoFolder.CLASSES) {
            files.add(photos + "/" + name + "/photo0.png");
            files.add(photos + "/" + name + "/photo1.png");
        }
        String options = "--format=jsonl";
        Result expected =
                predict(Stream.concat(Stream.of(options), files.stream()).toArray(String[]::new));
        assertEquals(0, expected.exitCode(), expected.err());
        assertEquals("", expected.err());
        assertEquals(6, expected.out().lines().count());
        assertEquals(expected.out(), predict(options, photos.toString()).out());
        assertEquals(expected.out(), predict(options, photos + "/**/*.png").out());
        assertEquals(
                expected.out(),
                process(options, "-")
                        .input(String.join("\n", files) + "\n")
                        .run()
                        .out());
    }

    /** Any Linux has the file, and reading it fails with EIO at its beginning. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void storageThatFailsEndsTheCommandAndIsNoBadPhoto() throws Exception {
        Result result = predict("--max-bad-fraction=1", photos + "/discs/photo0.png", "/proc/self/mem");
        assertEquals(3, result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .matches("finetune: Reading '/proc/self/mem' failed \\(.+\\); check the disk or network "
                                + ".*\\R"),
                result.err());
    }

    @Test
    void tableNamesTheMostProbableClasses() throws Exception {
        Result result = predict("--top", "2", photos + "/discs/photo0.png", photos + "/stripes/photo0.png");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(2, result.out().lines().count());
        String number = " +[0-9.]+%";
        for (String line : result.out().lines().toList()) {
            assertTrue(line.matches(".*photo0\\.png +[a-z]+" + number + "  [a-z]+" + number), line);
        }
    }

    @Test
    void csvHasAHeaderAndFallingProbabilities() throws Exception {
        Result result = predict("--format", "csv", "--top", "3", photos.toString());
        List<String> lines = result.out().lines().toList();
        assertEquals("path,class_1,probability_1,class_2,probability_2,class_3,probability_3", lines.get(0));
        assertEquals(7, lines.size());
        for (String line : lines.subList(1, 7)) {
            String[] cells = line.split(",");
            double first = Double.parseDouble(cells[2]);
            double second = Double.parseDouble(cells[4]);
            double third = Double.parseDouble(cells[6]);
            assertTrue(first >= second && second >= third, line);
            assertEquals(1, first + second + third, 1e-5);
        }
    }

    @Test
    void predictionsAreMostlyRight() throws Exception {
        Result result = predict("--format", "csv", photos.toString());
        long right = result.out()
                .lines()
                .skip(1)
                .filter(line -> line.split(",")[0].contains("/" + line.split(",")[1] + "/"))
                .count();
        assertTrue(right >= 4, result.out());
    }

    @Test
    void explanationsAreNewImages(@TempDir Path directory) throws Exception {
        Path maps = Files.createDirectories(directory.resolve("maps"));
        Files.writeString(maps.resolve("photo0-map.jpg"), "a file of the user's");
        Result plain = predict("--format", "csv", photos.toString());
        Result result = predict("--format", "csv", photos.toString(), "--explain", maps.toString());
        assertEquals(0, result.exitCode(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(
                plain.out().lines().toList(),
                lines.stream()
                        .map(line -> line.substring(0, line.lastIndexOf(',')))
                        .toList());
        assertEquals(
                new TreeSet<>(lines.subList(1, lines.size())).size(),
                lines.stream()
                        .skip(1)
                        .map(line -> Path.of(line.substring(line.lastIndexOf(',') + 1)))
                        .filter(Files::isRegularFile)
                        .distinct()
                        .count());
        assertTrue(result.err().contains("Wrote 6 maps to " + maps), result.err());
        assertEquals("a file of the user's", Files.readString(maps.resolve("photo0-map.jpg")));
        try (Stream<Path> files = Files.list(maps)) {
            assertEquals(
                    new TreeSet<>(List.of(
                            "photo0-map.jpg",
                            "photo0-map-2.jpg",
                            "photo0-map-3.jpg",
                            "photo0-map-4.jpg",
                            "photo1-map.jpg",
                            "photo1-map-2.jpg",
                            "photo1-map-3.jpg")),
                    new TreeSet<>(
                            files.map(file -> file.getFileName().toString()).toList()));
        }
        BufferedImage photo = ImageIO.read(photos.resolve("discs/photo0.png").toFile());
        BufferedImage map = ImageIO.read(maps.resolve("photo0-map-3.jpg").toFile());
        assertEquals(photo.getWidth(), map.getWidth());
        assertEquals(photo.getHeight(), map.getHeight());
    }

    @Test
    void thresholdAnswersUnknownAndLeavesTheProbabilities() throws Exception {
        List<String> plain =
                predict("--format", "csv", photos.toString()).out().lines().toList();
        Result result = predict("--format", "csv", "--threshold", "0.6", photos.toString());
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals("path,answer,doubt,class_1,probability_1", lines.get(0));
        for (int i = 1; i < plain.size(); i++) {
            String[] cells = lines.get(i).split(",");
            assertEquals(plain.get(i), cells[0] + "," + cells[3] + "," + cells[4]);
            boolean sure = Double.parseDouble(cells[4]) >= 0.6;
            assertEquals(cells[2].isEmpty() ? cells[3] : "unknown", cells[1], lines.get(i));
            assertEquals(sure ? "" : "probability", cells[2].replace("unlike_training", sure ? "" : "probability"));
        }
        List<String> all = predict("--format", "csv", "--threshold", "1", photos.toString())
                .out()
                .lines()
                .skip(1)
                .toList();
        assertTrue(all.stream().allMatch(line -> line.split(",")[1].equals("unknown")), all.toString());
    }

    @Test
    void photosUnlikeTheTrainingPhotosAreUnknownWhateverTheirProbability(@TempDir Path directory) throws Exception {
        Path noise = PhotoFolder.writeNoise(directory.resolve("noise.png"));
        Path familiar = run.photos().resolve("discs/photo1.png");
        Result result = predict("--format=jsonl", "--threshold=0", noise.toString(), familiar.toString());
        assertEquals(0, result.exitCode(), result.err());
        List<String> lines = result.out().lines().toList();
        JsonNode strange = new ObjectMapper().readTree(lines.get(0));
        assertEquals("unknown", strange.get("answer").textValue());
        assertEquals("unlike_training", strange.get("doubt").textValue());
        assertTrue(strange.at("/classes/0/probability").doubleValue() > 0, lines.get(0));
        JsonNode known = new ObjectMapper().readTree(lines.get(1));
        assertEquals(known.at("/classes/0/class"), known.get("answer"), lines.get(1));
    }

    @Test
    void missingPhotoIsNamedAndFailsTheCommand() throws Exception {
        Result result = predict(photos + "/discs/photo0.png", photos + "/absent.png");
        assertEquals(3, result.exitCode());
        assertEquals(1, result.out().lines().count());
        assertEquals(
                List.of("finetune: No such file: '" + photos + "/absent.png'; check the spelling."),
                result.err().lines().filter(line -> line.contains("absent.png")).toList());
        assertFalse(result.err().contains("--max-bad-fraction"), result.err());
    }

    /** As a coprocess: the answer to a line is there before the next line is written. */
    @Test
    void linesOfStandardInputAreAnsweredAtOnce() throws Exception {
        Process process = process("-").start();
        try (BufferedReader out = process.inputReader();
                BufferedWriter in = process.outputWriter()) {
            for (String name : List.of("discs/photo0.png", "stripes/photo1.png", "checks/photo0.png")) {
                in.write(photos + "/" + name + "\n");
                in.flush();
                assertTrue(out.readLine().startsWith(photos + "/" + name + "  "));
            }
            in.close();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void emptyClosedAndBinaryStandardInputAreSaid() throws Exception {
        String empty = "warning: standard input contains no paths\n";
        assertEquals(new Result(0, "", empty), process("-").run());
        Path launcher = Path.of("scripts", "finetune").toAbsolutePath();
        Result closed = CliProcess.of(
                        Path.of("/bin/sh"), "-c", "'" + launcher + "' predict '" + run.directory() + "' - <&-")
                .run();
        assertEquals(new Result(0, "", empty), closed);
        process("-").input("\u0001\0\u0002").run().assertRefused(2, "binary data instead of paths");
    }

    @Test
    void urlsAreNotRead() throws Exception {
        String url = "https://example.com/a.jpg";
        predict(url).assertRefused(2, "'" + url + "' is a URL, and URLs are not supported; download it");
        CliProcess.finetune("evaluate", run.directory().toString(), "--data", url)
                .call()
                .assertRefused(2, "'" + url + "' is a URL");
    }

    @Test
    void photoThatBeginsWithADashIsNamedAsAFile(@TempDir Path directory) throws Exception {
        Files.copy(photos.resolve("discs/photo0.png"), directory.resolve("-x.png"));
        process("-x.png").in(directory).run().assertRefused(2, "for a file, write './-x.png'");
        assertEquals(0, process("./-x.png").in(directory).run().exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Landscape", "Portrait"})
    void orientationMakesNoDifference(String name) throws Exception {
        Path odd = SharedMaterial.require("data/odd-images/exif_orientation");
        Result result = predict("--format", "jsonl", "--top", "3", odd + "/" + name + "_[1-8].jpg");
        assertEquals(0, result.exitCode(), result.err());
        Map<Path, Map<String, Double>> predictions = probabilities(result.out());
        assertEquals(8, predictions.size());
        Map<String, Double> upright = predictions.get(odd.resolve(name + "_1.jpg"));
        predictions.forEach((file, probabilities) -> upright.forEach(
                // Each file has the number of its orientation in the image and a JPEG compression of its own.
                (label, probability) -> assertEquals(probability, probabilities.get(label), 0.05, file + " " + label)));
    }

    @Test
    void photoInThePlaceOfTheRunIsSaidToBeOne() throws Exception {
        String photo = Path.of("data", "sample", "fish", "fish-01.jpg").toString();
        CliProcess.finetune("predict", photo, photo)
                .call()
                .assertRefused(2, "'" + photo + "' is a photo; name the run directory of the classifier first");
    }

    @Test
    void everyOddFileIsPredictedOrNamedAsSkipped() throws Exception {
        Path odd = SharedMaterial.require("data/odd-images");
        Result result = predict("--format", "jsonl", "--top", "3", "--max-bad-fraction", "0.5", odd.toString());
        assertEquals(0, result.exitCode(), result.err());
        Collection<Path> seen = new TreeSet<>(probabilities(result.out()).keySet());
        for (String line :
                result.err().lines().filter(l -> l.contains("skipped '")).toList()) {
            seen.add(Path.of(line.replaceFirst(".*skipped '(.*)': .*", "$1")));
        }
        try (Stream<Path> files = Files.walk(odd)) {
            assertEquals(new TreeSet<>(files.filter(Files::isRegularFile).toList()), seen);
        }
    }
}

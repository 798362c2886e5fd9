package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.export.CheckPhotos;
import org.finetune.model.Tensor;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Python;

/**
 * What {@code finetune export} has made of {@link TrainedRun#shared}.
 *
 * @param directory the new directory
 */
record ExportedRun(Path directory) {
    static final int SIZE = 96;

    private static final int PHOTOS_PER_CLASS = 2;

    private static List<Path> photos;
    private static float[][] predictions;

    /** Exports with some options. */
    static ExportedRun create(Path directory, String... options) throws Exception {
        Result result = export(directory, options).call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.out()
                        .matches("Checked on \\d+ validation photos: probabilities differ by at most [0-9.]+e-\\d+,"
                                + " no label changed\\.\\R"),
                result.out());
        assertEquals(PhotoFolder.CLASSES, Files.readAllLines(directory.resolve("labels.txt")));
        return new ExportedRun(directory);
    }

    /** A process that exports with some options. */
    static CliProcess export(Path directory, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("export", TrainedRun.shared().directory().toString()));
        arguments.addAll(List.of("--out", directory.toString()));
        arguments.addAll(List.of(options));
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    JsonNode preprocessing() throws Exception {
        return new ObjectMapper()
                .readTree(directory.resolve("preprocessing.json").toFile());
    }

    /** Photos that the run has not seen. */
    static synchronized List<Path> photos() throws Exception {
        if (photos == null) {
            try (Stream<Path> files = Files.walk(PhotoFolder.create(photoDirectory(), PHOTOS_PER_CLASS, 2))) {
                photos = files.filter(Files::isRegularFile).sorted().toList();
            }
        }
        return photos;
    }

    /** Where the photos are. */
    static Path photoDirectory() throws Exception {
        return TrainedRun.shared().directory().resolveSibling("new-photos");
    }

    /** The photos, {@code [N,H,W,3]}, scaled to [-1, 1]. */
    static Tensor images() throws Exception {
        List<LabeledPhoto> files = photos().stream()
                .map(photo -> new LabeledPhoto(new PhotoFile(photo), 0))
                .toList();
        return new CheckPhotos(files)
                .decode(new ImageDecoder(new Preprocessing(SIZE), ImageDecoder.DEFAULT_MAX_PIXELS));
    }

    /** What {@code finetune predict} says of the photos. */
    static synchronized float[][] predictions() throws Exception {
        if (predictions == null) {
            List<String> arguments = new ArrayList<>(
                    List.of("predict", TrainedRun.shared().directory().toString()));
            photos().forEach(photo -> arguments.add(photo.toString()));
            arguments.addAll(List.of("--format", "jsonl", "--top", "3"));
            Result result =
                    CliProcess.finetune(arguments.toArray(String[]::new)).call();
            List<float[]> rows = new ArrayList<>();
            for (String line : result.out().lines().toList()) {
                float[] row = new float[PhotoFolder.CLASSES.size()];
                for (JsonNode entry : new ObjectMapper().readTree(line).get("classes")) {
                    row[PhotoFolder.CLASSES.indexOf(entry.get("class").textValue())] =
                            entry.get("probability").floatValue();
                }
                rows.add(row);
            }
            predictions = rows.toArray(float[][]::new);
            assertEquals(photos().size(), predictions.length);
        }
        return predictions;
    }

    /** Probabilities that another program gives for the photos are those of {@code finetune predict}. */
    static void assertPredictions(float[][] found, double tolerance) throws Exception {
        assertEquals(predictions().length, found.length);
        for (int photo = 0; photo < found.length; photo++) {
            assertArrayEquals(predictions()[photo], found[photo], (float) tolerance, "photo " + photo);
        }
    }

    /** What a program says of a photo, its class and the percentage, is what {@code finetune predict} says. */
    static void assertPrediction(Path photo, String said) throws Exception {
        String[] cells = said.split("  ");
        int label = PhotoFolder.CLASSES.indexOf(cells[0]);
        assertTrue(label >= 0, said);
        float expected = predictions()[photos().indexOf(photo)][label];
        // Another resize filter rounds otherwise.
        assertEquals(expected, Float.parseFloat(cells[1].replace("%", "")) / 100, 0.03, photo + ": " + said);
    }

    /** The exported {@code predict.py} says of the photos what {@code finetune predict} does. */
    void assertPredicts(Python python) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(directory.resolve("predict.py").toString()));
        photos().forEach(photo -> arguments.add(photo.toString()));
        assertSaid(python.run(arguments.toArray(String[]::new)));
    }

    /** What a program prints, a line with path, class and percentage for each photo, is what {@code finetune predict} says. */
    static void assertSaid(String printed) throws Exception {
        List<String> lines = printed.lines().toList();
        assertEquals(photos().size(), lines.size(), printed);
        for (Path photo : photos()) {
            String line = lines.get(photos().indexOf(photo));
            assertTrue(line.startsWith(photo + "  "), line);
            assertPrediction(photo, line.substring(photo.toString().length() + 2));
        }
    }

    /** Reads what a program prints: a line for each photo, with its probabilities. */
    static float[][] parse(String out) {
        return out.lines()
                .filter(line -> line.matches("[0-9.e-]+( [0-9.e-]+)+"))
                .map(line -> {
                    String[] cells = line.split(" ");
                    float[] row = new float[cells.length];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = Float.parseFloat(cells[i]);
                    }
                    return row;
                })
                .toArray(float[][]::new);
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;

/** A photo of each class, and what {@code finetune predict} says about it, for comparison with other ways to ask. */
final class PredictedPhotos {
    private static final double TOLERANCE = 1e-5;

    private final List<Path> files;
    /** Of each photo all classes, the most probable first. */
    private final List<JsonNode> predictions;

    private PredictedPhotos(List<Path> files, List<JsonNode> predictions) {
        this.files = files;
        this.predictions = predictions;
    }

    /** Predicts photos that the run was trained on, by the order of {@link PhotoFolder#CLASSES}. */
    static PredictedPhotos of(TrainedRun run) throws IOException, InterruptedException {
        List<Path> files = PhotoFolder.CLASSES.stream()
                .map(name -> run.photos().resolve(name).resolve("photo0.png"))
                .toList();
        Stream<String> options = Stream.of("predict", run.directory().toString(), "--top", "3", "--format", "jsonl");
        Result result = CliProcess.finetune(
                        Stream.concat(options, files.stream().map(Path::toString))
                                .toArray(String[]::new))
                .call();
        assertEquals(0, result.exitCode(), result.err());
        List<JsonNode> predictions = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            predictions.add(new ObjectMapper().readTree(line).get("classes"));
        }
        return new PredictedPhotos(files, predictions);
    }

    int count() {
        return files.size();
    }

    Path file(int photo) {
        return files.get(photo);
    }

    byte[] bytes(int photo) throws IOException {
        return Files.readAllBytes(file(photo));
    }

    /** The classes of a photo, the most probable first. */
    List<String> classes(int photo) {
        List<String> classes = new ArrayList<>();
        predictions
                .get(photo)
                .forEach(candidate -> classes.add(candidate.get("class").textValue()));
        return classes;
    }

    /** An answer of /predict is what the command says. */
    void assertPredicted(int photo, JsonNode answer) {
        JsonNode expected = predictions.get(photo);
        for (int rank = 0; rank < answer.size(); rank++) {
            assertEquals(
                    expected.get(rank).get("class").textValue(),
                    answer.get(rank).get("label").textValue());
            assertEquals(
                    expected.get(rank).get("probability").doubleValue(),
                    answer.get(rank).get("score").doubleValue(),
                    TOLERANCE);
        }
    }

    /** Probabilities in the order of the labels, which is alphabetical, are what the command says. */
    void assertProbabilities(int photo, JsonNode values, int first) {
        for (JsonNode candidate : predictions.get(photo)) {
            int label = PhotoFolder.CLASSES.indexOf(candidate.get("class").textValue());
            assertEquals(
                    candidate.get("probability").doubleValue(),
                    values.get(first + label).doubleValue(),
                    TOLERANCE);
        }
    }
}

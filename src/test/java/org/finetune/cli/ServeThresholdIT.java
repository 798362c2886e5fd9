package org.finetune.cli;

import static org.finetune.cli.ServeProcess.json;
import static org.finetune.cli.ServeProcess.toJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune serve --threshold}. */
class ServeThresholdIT {
    private static final String PNG = "image/png";

    @TempDir
    private Path directory;

    @Test
    void answersAreThoseOfPredictByEachProtocol() throws Exception {
        TrainedRun run = TrainedRun.shared();
        List<Path> photos = new ArrayList<>(PhotoFolder.CLASSES.stream()
                .map(name -> run.photos().resolve(name).resolve("photo0.png"))
                .toList());
        double threshold = betweenTheLowest(predict(run, photos));
        photos.add(PhotoFolder.writeNoise(directory.resolve("noise.png")));
        List<JsonNode> expected = predict(run, photos, "--threshold", Double.toString(threshold));
        assertEquals(Set.of("", "probability", "unlike_training"), Set.copyOf(texts(expected, "doubt")));

        try (ServeProcess server =
                ServeProcess.start(run.directory(), "--threshold", Double.toString(threshold), "--access-log=none")) {
            for (int i = 0; i < photos.size(); i++) {
                JsonNode classes = json(200, server.post("/predict", PNG, Files.readAllBytes(photos.get(i))));
                assertEquals(
                        expected.get(i).get("answer"),
                        classes.at("/0/answer"),
                        photos.get(i).toString());
                assertEquals(
                        expected.get(i).get("doubt"),
                        classes.at("/0/doubt"),
                        photos.get(i).toString());
                assertEquals(expected.get(i).at("/classes/0/class"), classes.at("/0/label"));
                assertFalse(classes.get(1).has("answer"), classes.toString());
            }
            JsonNode inferred = json(
                    200,
                    server.post(
                            "/v2/models/run/infer",
                            "application/json",
                            toJson(Map.of("inputs", List.of(tensor(photos))))));
            assertEquals(texts(expected, "answer"), data(inferred, "label"));
            assertEquals(texts(expected, "doubt"), data(inferred, "doubt"));
            assertEquals(
                    "doubt",
                    json(200, server.get("/v2/models/run"))
                            .at("/outputs/2/name")
                            .textValue());
            assertEquals(0, server.terminate(), server.errors().toString());
        }
    }

    private static List<JsonNode> predict(TrainedRun run, List<Path> photos, String... options) throws IOException {
        Stream<String> fixed = Stream.of("predict", run.directory().toString(), "--format", "jsonl");
        Result result = CliProcess.finetune(
                        Stream.of(fixed, Stream.of(options), photos.stream().map(Path::toString))
                                .flatMap(arguments -> arguments)
                                .toArray(String[]::new))
                .call();
        assertEquals(0, result.exitCode(), result.err());
        List<JsonNode> predictions = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            predictions.add(new ObjectMapper().readTree(line));
        }
        return predictions;
    }

    /** A threshold between the two lowest probabilities of the most probable classes. */
    private static double betweenTheLowest(List<JsonNode> predictions) {
        return predictions.stream()
                .map(prediction -> prediction.at("/classes/0/probability").doubleValue())
                .sorted()
                .limit(2)
                .collect(Collectors.averagingDouble(probability -> probability));
    }

    private static List<String> texts(List<JsonNode> predictions, String field) {
        return predictions.stream()
                .map(prediction -> prediction.get(field).textValue())
                .toList();
    }

    private static Map<String, Object> tensor(List<Path> photos) throws IOException {
        List<String> files = new ArrayList<>();
        for (Path photo : photos) {
            files.add(Base64.getEncoder().encodeToString(Files.readAllBytes(photo)));
        }
        return Map.of("name", "image", "datatype", "BYTES", "shape", List.of(files.size()), "data", files);
    }

    private static List<String> data(JsonNode answer, String output) {
        List<String> texts = new ArrayList<>();
        for (JsonNode tensor : answer.get("outputs")) {
            if (tensor.get("name").textValue().equals(output)) {
                tensor.get("data").forEach(text -> texts.add(text.textValue()));
            }
        }
        return texts;
    }
}

package org.finetune.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The figures that the steps of {@code scripts/benchmark} have left in a directory. */
final class Measurements {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What JMH measured, by the circumstances. */
    private static final Map<String, String> JMH = Map.of(
            "jmh.json", "",
            "jmh-idle-active.json", "idle, active",
            "jmh-busy-passive.json", "busy, passive",
            "jmh-busy-active.json", "busy, active");

    private final List<Measurement> all = new ArrayList<>();

    private Measurements() {}

    /** Reads what is there. */
    static Measurements read(Path directory) throws IOException {
        Measurements measurements = new Measurements();
        for (Map.Entry<String, String> entry : JMH.entrySet()) {
            Path file = directory.resolve(entry.getKey());
            if (Files.exists(file)) {
                for (JsonNode result : JSON.readTree(file.toFile())) {
                    measurements.all.add(fromJmh(result, entry.getValue()));
                }
            }
        }
        Path lines = directory.resolve("measurements.jsonl");
        if (Files.exists(lines)) {
            for (String line : Files.readAllLines(lines)) {
                measurements.all.add(JSON.readValue(line, Measurement.class));
            }
        }
        return measurements;
    }

    private static Measurement fromJmh(JsonNode result, String conditions) {
        String work = result.get("benchmark").asText().replaceFirst(".*\\.", "");
        JsonNode params = result.get("params");
        int size = params.get("size").asInt();
        double milliseconds = result.at("/primaryMetric/score").doubleValue();
        if (work.startsWith("photo")) {
            return new Measurement(work, "finetune", conditions, 0, size, milliseconds, "ms/photo");
        }
        if (work.equals("matrixProduct")) {
            return new Measurement(
                    work, "nd4j", conditions, 0, size, 2 * Math.pow(size, 3) / milliseconds / 1e6, "GFLOP/s");
        }
        return new Measurement(
                work,
                work.equals("stockGraph") ? "deeplearning4j" : "finetune",
                conditions,
                params.get("alpha").asDouble(),
                size,
                milliseconds / params.get("batch").asDouble(),
                "ms/image");
    }

    List<Measurement> all() {
        return all;
    }

    OptionalDouble find(String work, String by, String conditions, double alpha, int size) {
        return all.stream()
                .filter(measurement -> measurement.is(work, by, conditions, alpha, size))
                .mapToDouble(Measurement::value)
                .findFirst();
    }

    /** As {@link #find}, under the usual circumstances. */
    OptionalDouble find(String work, String by, double alpha, int size) {
        return find(work, by, "", alpha, size);
    }
}

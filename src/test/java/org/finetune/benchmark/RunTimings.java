package org.finetune.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where the time of training runs went: the {@code timings.json} of each, named {@code timings-<alpha>-<px>.json}. */
final class RunTimings {
    private static final String PREFIX = "timings-";

    private final Map<String, JsonNode> runs = new TreeMap<>();

    RunTimings(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (Path file : files) {
            String[] network = file.getFileName()
                    .toString()
                    .substring(PREFIX.length())
                    .replace(".json", "")
                    .split("-");
            runs.put("alpha " + network[0] + " at " + network[1] + " px", new ObjectMapper().readTree(file.toFile()));
        }
    }

    /**
     * Prints the seconds of a part of a run.
     *
     * @param arguments the run's {@code timings.json}, and {@code first pass} or {@code epoch}, which is one of fine-tuning
     */
    public static void main(String[] arguments) throws IOException {
        JsonNode timings = new ObjectMapper().readTree(Path.of(arguments[0]).toFile());
        System.out.println(
                arguments[1].equals("epoch")
                        ? medianEpoch(timings, "fine-tune")
                        : timings.at("/seconds/features").asDouble());
    }

    void print(PrintStream out) {
        MarkdownTable threads =
                new MarkdownTable("seconds of the first pass", "read", "decode", "resize", "forward", "keep", "wait");
        MarkdownTable epochs = new MarkdownTable(
                "seconds", "first pass", "epoch of the head", "share", "epoch of fine-tuning", "share");
        runs.forEach((run, timings) -> {
            JsonNode decoders = timings.at("/feature_seconds/decoders");
            threads.row(
                    run + ", decoders",
                    number(decoders, "read"),
                    number(decoders, "decode"),
                    number(decoders, "resize"),
                    "",
                    "",
                    number(decoders, "wait"));
            JsonNode network = timings.at("/feature_seconds/network");
            threads.row(
                    run + ", network",
                    "",
                    "",
                    "",
                    number(network, "forward"),
                    number(network, "keep"),
                    number(network, "wait"));
            double pass = timings.at("/seconds/features").asDouble();
            double head = medianEpoch(timings, "head");
            double tail = medianEpoch(timings, "fine-tune");
            epochs.row(
                    run,
                    format("%.2f", pass),
                    format("%.3f", head),
                    format("%.1f%%", 100 * head / pass),
                    format("%.3f", tail),
                    format("%.1f%%", 100 * tail / pass));
        });
        threads.print(out);
        epochs.print(out);
    }

    /** The first epoch of a phase also warms Java up. */
    private static double medianEpoch(JsonNode timings, String phase) {
        List<Double> seconds = new ArrayList<>();
        for (JsonNode epoch : timings.get("epochs")) {
            if (epoch.get("phase").asText().equals(phase)) {
                seconds.add(epoch.get("seconds").asDouble());
            }
        }
        return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElse(Double.NaN);
    }

    private static String number(JsonNode seconds, String work) {
        return format("%.2f", seconds.get(work).asDouble());
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

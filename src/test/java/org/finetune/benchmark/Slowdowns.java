package org.finetune.benchmark;

import static org.finetune.benchmark.MarkdownTable.cell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What has become slower since the last benchmark. The machine may have, too: times are compared in units of the product of two
 * matrices, where both benchmarks have measured it.
 */
final class Slowdowns {
    /** Differences of less are those between two runs of the same program. */
    private static final double LEAST = 1.1;

    private static final String PRODUCT = "matrixProduct";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String time;
    private final List<Measurement> before;

    private Slowdowns(String time, List<Measurement> before) {
        this.time = time;
        this.before = before;
    }

    /** Reads the last benchmark, if there is one. */
    static Optional<Slowdowns> since(Path json) throws IOException {
        if (!Files.exists(json)) {
            return Optional.empty();
        }
        JsonNode last = JSON.readTree(json.toFile());
        List<Measurement> before = new ArrayList<>();
        for (JsonNode measurement : last.get("measurements")) {
            before.add(JSON.treeToValue(measurement, Measurement.class));
        }
        return Optional.of(new Slowdowns(last.at("/machine/time").asText(), before));
    }

    void print(List<Measurement> now, PrintStream out) {
        OptionalDouble speed = speed(now);
        OptionalDouble then = speed(before);
        boolean known = speed.isPresent() && then.isPresent();
        print(now, known ? speed.getAsDouble() / then.getAsDouble() : 1, out);
        out.println();
        out.println(
                known
                        ? String.format(
                                Locale.ROOT,
                                "Compared with %s; a matrix product is now %.2f times as fast, which the ratios account for.",
                                time,
                                speed.getAsDouble() / then.getAsDouble())
                        : "Compared with " + time + "; the speed of the machine was not measured both times.");
    }

    private void print(List<Measurement> now, double machine, PrintStream out) {
        MarkdownTable table = new MarkdownTable("slower than on " + time, "alpha", "px", "then", "now", "ratio");
        for (Measurement measurement : now) {
            if (measurement.work().equals(PRODUCT) || measurement.by().equals("pytorch")) {
                continue;
            }
            OptionalDouble then = same(measurement, before);
            double ratio = measurement.value()
                    / then.orElse(measurement.value())
                    * (measurement.unit().equals("MiB") ? 1 : machine);
            if (ratio >= LEAST) {
                table.row(
                        (measurement.work() + " " + measurement.conditions()).strip(),
                        Double.toString(measurement.alpha()),
                        Integer.toString(measurement.size()),
                        cell("%.3f", then) + " " + measurement.unit(),
                        String.format(Locale.ROOT, "%.3f %s", measurement.value(), measurement.unit()),
                        String.format(Locale.ROOT, "%.2f", ratio));
            }
        }
        table.print(out);
    }

    /** The speed of the machine, in any unit, if it was measured. */
    private static OptionalDouble speed(List<Measurement> measurements) {
        return measurements.stream()
                .filter(measurement -> measurement.work().equals(PRODUCT))
                .mapToDouble(Measurement::value)
                .findFirst();
    }

    private static OptionalDouble same(Measurement wanted, List<Measurement> measurements) {
        return measurements.stream()
                .filter(other ->
                        other.is(wanted.work(), wanted.by(), wanted.conditions(), wanted.alpha(), wanted.size()))
                .mapToDouble(Measurement::value)
                .findFirst();
    }
}

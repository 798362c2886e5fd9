package org.finetune.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Prints what {@code scripts/gpu-check} has measured as Markdown and writes all of it as JSON. */
public final class DeviceReport {
    private DeviceReport() {}

    /** What was done, under which circumstances. */
    private record Row(String work, String conditions, double alpha, int size, String unit) {}

    /**
     * Reports.
     *
     * @param arguments the directory with {@code measurements.jsonl}, where {@code gpu-check.json} is written, and pairs of a
     *     name and a value that describe the machine and what was checked
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Map<String, String> machine = new LinkedHashMap<>();
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            machine.put(arguments[i], arguments[i + 1]);
        }
        List<Measurement> all = Measurements.read(directory).all();
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(
                        directory.resolve("gpu-check.json").toFile(), Map.of("machine", machine, "measurements", all));
        machine.forEach((name, value) -> System.out.println(name + ": " + value));
        table(all).print(System.out);
    }

    private static MarkdownTable table(List<Measurement> all) {
        Set<String> columns = new LinkedHashSet<>();
        Map<Row, Map<String, Double>> rows = new LinkedHashMap<>();
        for (Measurement one : all) {
            columns.add(one.by());
            rows.computeIfAbsent(
                            new Row(one.work(), one.conditions(), one.alpha(), one.size(), one.unit()),
                            row -> new LinkedHashMap<>())
                    .put(one.by(), one.value());
        }
        List<String> header = new ArrayList<>(List.of("what", "", "alpha", "px", "unit"));
        header.addAll(columns);
        MarkdownTable table = new MarkdownTable(header.toArray(String[]::new));
        rows.forEach((row, values) -> {
            List<String> cells = new ArrayList<>(List.of(
                    row.work(),
                    row.conditions(),
                    Double.toString(row.alpha()),
                    Integer.toString(row.size()),
                    row.unit()));
            columns.forEach(column -> cells.add(
                    values.containsKey(column) ? String.format(Locale.ROOT, "%.4g", values.get(column)) : "-"));
            table.row(cells.toArray(String[]::new));
        });
        return table;
    }
}

package org.finetune.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.finetune.compare.McNemarTest;
import org.finetune.run.files.Predictions;

/** Prints the results of {@code scripts/benchmark-accuracy} as Markdown. */
public final class AccuracyReport {
    private AccuracyReport() {}

    /**
     * Reports.
     *
     * @param arguments the directory with {@code SET/RECIPE/SEED-HALF/}, sets and recipes being numbers; the names of the
     *     sets, then those of the recipes, each on a line
     */
    public static void main(String[] arguments) throws IOException {
        Path results = Path.of(arguments[0]);
        List<String> sets = arguments[1].lines().toList();
        List<String> recipes = arguments[2].lines().toList();
        MarkdownTable table = new MarkdownTable(
                "set", "recipe", "top-1 (lowest to highest seed)", "photos tested", "McNemar's p", "time of `train`");
        for (int set = 0; set < sets.size(); set++) {
            Results first = Results.read(results.resolve(set + "/0"));
            for (int recipe = 0; recipe < recipes.size(); recipe++) {
                Results one = Results.read(results.resolve(set + "/" + recipe));
                table.row(
                        sets.get(set),
                        recipes.get(recipe),
                        one.topOne(),
                        Integer.toString(one.photos()),
                        recipe == 0
                                ? "-"
                                : String.format(
                                        Locale.ROOT, "%.3f", one.against(first).pValue()),
                        String.format(Locale.ROOT, "%.2f", one.seconds() / first.seconds()));
            }
        }
        table.print(System.out);
    }

    /**
     * What a recipe gave on a set.
     *
     * @param right for each seed whether each photo was classified rightly, by its content; both halves together
     * @param seconds of all trainings
     */
    private record Results(SortedMap<Integer, Map<String, Boolean>> right, double seconds) {

        static Results read(Path directory) throws IOException {
            SortedMap<Integer, Map<String, Boolean>> right = new TreeMap<>();
            double seconds = 0;
            List<Path> runs;
            try (Stream<Path> entries = Files.list(directory)) {
                runs = entries.toList();
            }
            for (Path run : runs) {
                String name = run.getFileName().toString();
                Map<String, Boolean> photos = right.computeIfAbsent(
                        Integer.valueOf(name.substring(0, name.indexOf('-'))), seed -> new HashMap<>());
                for (Predictions.Photo photo : Predictions.read(run.resolve("test/predictions.csv"))) {
                    photos.put(photo.sha256(), photo.right());
                }
                seconds += Double.parseDouble(
                        Files.readString(run.resolve("seconds")).strip());
            }
            return new Results(right, seconds);
        }

        int photos() {
            return right.values().stream().mapToInt(Map::size).sum();
        }

        /** The mean over the seeds, and the range. */
        String topOne() {
            List<Double> shares = new ArrayList<>();
            right.values()
                    .forEach(photos -> shares.add(photos.values().stream()
                            .mapToInt(isRight -> isRight ? 1 : 0)
                            .average()
                            .orElseThrow()));
            return String.format(
                    Locale.ROOT,
                    "%.3f (%.3f to %.3f)",
                    shares.stream().mapToDouble(share -> share).average().orElseThrow(),
                    shares.stream().mapToDouble(share -> share).min().orElseThrow(),
                    shares.stream().mapToDouble(share -> share).max().orElseThrow());
        }

        /** The test on the photos of all seeds. */
        McNemarTest against(Results other) {
            long only = 0;
            long onlyOther = 0;
            for (Map.Entry<Integer, Map<String, Boolean>> seed : right.entrySet()) {
                Map<String, Boolean> others = other.right.get(seed.getKey());
                for (Map.Entry<String, Boolean> photo : seed.getValue().entrySet()) {
                    boolean otherRight = others.get(photo.getKey());
                    only += photo.getValue() && !otherRight ? 1 : 0;
                    onlyOther += otherRight && !photo.getValue() ? 1 : 0;
                }
            }
            return new McNemarTest(only, onlyOther);
        }
    }
}

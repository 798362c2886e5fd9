package org.finetune.data.manifest;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.finetune.FinetuneException;
import org.finetune.data.manifest.ManifestTable.Row;

/** The class that each row of a manifest states. A row with several is refused: a photo has one class. */
final class RowLabels {
    /** What separates several classes of a photo, and hardly occurs in the name of one. */
    private static final Pattern BARS = Pattern.compile("\\s*[|;]\\s*");

    private static final Pattern COMMAS = Pattern.compile("\\s*,\\s*");

    /** How a list begins in JSON and in Python. */
    private static final Pattern LIST = Pattern.compile("[\\[{].*");

    private final ManifestTable table;
    private final ManifestColumns columns;

    RowLabels(ManifestTable table, ManifestColumns columns) {
        this.table = table;
        this.columns = columns;
    }

    /**
     * The classes of all rows; nothing for a row without one.
     *
     * @throws FinetuneException with {@link org.finetune.ExitCode#DATA}, naming the line, if a row has several
     */
    List<Optional<String>> all() {
        if (columns.label().isEmpty()) {
            return table.rows().stream().map(this::ofColumns).toList();
        }
        int column = columns.label().get();
        Map<String, Row> distinct = new HashMap<>();
        table.rows().forEach(row -> distinct.putIfAbsent(row.cells().get(column), row));
        requireSingle(distinct);
        return table.rows().stream()
                .map(row -> Optional.of(row.cells().get(column)).filter(name -> !name.isEmpty()))
                .toList();
    }

    /** The column of the classes whose value is 1. */
    private Optional<String> ofColumns(Row row) {
        List<String> names = columns.classes().stream()
                .filter(column -> {
                    String value = row.cells().get(column);
                    if (!ManifestColumns.isTruth(value)) {
                        throw table.refusal(
                                row,
                                "the column '" + name(column) + "' has '" + value
                                        + "', and columns of classes have 0 or 1; correct it.");
                    }
                    return ManifestColumns.isTrue(value);
                })
                .map(this::name)
                .toList();
        if (names.size() > 1) {
            throw several(row, String.join(", ", names));
        }
        return names.stream().findFirst();
    }

    private String name(int column) {
        return table.header().map(header -> header.get(column)).orElse(String.valueOf(column));
    }

    /**
     * Refuses texts that are several classes: lists, those that share a part between bars with another text, and those whose
     * parts between commas are all classes of other rows.
     */
    private void requireSingle(Map<String, Row> distinct) {
        Map<String, Long> uses = distinct.keySet().stream()
                .flatMap(text -> Arrays.stream(BARS.split(text)).distinct())
                .collect(Collectors.groupingBy(part -> part, Collectors.counting()));
        distinct.entrySet().stream()
                .filter(entry -> isSeveral(entry.getKey(), uses, distinct.keySet()))
                .min(Comparator.comparingInt(entry -> entry.getValue().line()))
                .ifPresent(entry -> {
                    throw several(entry.getValue(), entry.getKey());
                });
    }

    private static boolean isSeveral(String text, Map<String, Long> uses, Set<String> texts) {
        String[] barred = BARS.split(text);
        String[] listed = COMMAS.split(text);
        return LIST.matcher(text).matches()
                || barred.length > 1 && Arrays.stream(barred).anyMatch(part -> uses.get(part) > 1)
                || listed.length > 1 && Arrays.stream(listed).allMatch(texts::contains);
    }

    private FinetuneException several(Row row, String names) {
        return table.refusal(
                row,
                "the photo has several classes (" + names
                        + "), but a classifier tells photos of one class apart; keep one, or remove the line.");
    }
}

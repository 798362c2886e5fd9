package org.finetune.data.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;
import org.finetune.data.LabelKeys;
import org.finetune.data.SplitPart;
import org.finetune.data.manifest.ManifestTable.Row;

/**
 * Which columns of a manifest say what, by the names that they usually have.
 *
 * @param photo the column that names the photos
 * @param label the column of the classes; nothing if there is one for each class
 * @param classes the columns of classes, whose values are 0 and 1; none if there is one for all
 * @param split the column of the parts of a split, if there is one
 * @param others the columns that say something else
 */
record ManifestColumns(
        int photo, Optional<Integer> label, List<Integer> classes, Optional<Integer> split, List<Integer> others) {

    /** Where a file has several of them, the first of these counts. */
    private static final List<String> PHOTO_NAMES = List.of(
            "file_name",
            "filename",
            "file",
            "file_path",
            "filepath",
            "path",
            "image_path",
            "img_path",
            "image_file",
            "image",
            "img",
            "photo",
            "image_name",
            "image_id",
            "img_id",
            "id",
            "name");

    private static final List<String> SPLIT_NAMES = List.of("split", "set", "subset", "partition", "ml_use");

    /**
     * Finds the columns of a table with classes.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if there is none of photos or of classes
     */
    static ManifestColumns of(ManifestTable table) {
        int photo = photoOf(table);
        Optional<Integer> split = table.header().isPresent()
                ? named(table, SPLIT_NAMES, column -> column != photo)
                : columns(table)
                        .filter(column -> column != photo && hasParts(table, column))
                        .boxed()
                        .findFirst();
        List<Integer> rest = columns(table)
                .filter(column -> column != photo && !split.equals(Optional.of(column)))
                .boxed()
                .toList();
        Optional<Integer> label = named(table, LabelKeys.NAMES, rest::contains)
                .or(() -> rest.size() == 1 ? Optional.of(rest.get(0)) : Optional.empty());
        if (label.isPresent()) {
            List<Integer> others = new ArrayList<>(rest);
            others.remove(label.get());
            return new ManifestColumns(photo, label, List.of(), split, others);
        }
        Row first = table.rows().get(0);
        if (rest.isEmpty()
                || !rest.stream().allMatch(column -> isTruth(first.cells().get(column)))) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + table.file() + "' has no column of classes" + among(table)
                            + "; name one of its columns label, or give a column of 0 and 1 for each class.");
        }
        return new ManifestColumns(photo, Optional.empty(), rest, split, List.of());
    }

    /**
     * Finds the column that names the photos.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if there is none
     */
    static int photoOf(ManifestTable table) {
        Row first = table.rows().get(0);
        Optional<Integer> column = table.header().isPresent()
                ? named(table, PHOTO_NAMES, any -> true)
                : columns(table)
                        .filter(any -> FileKind.hasPhotoEnding(first.cells().get(any)))
                        .boxed()
                        .findFirst();
        return column.orElseThrow(() -> new FinetuneException(
                ExitCode.DATA,
                "'" + table.file() + "' has no column of photos" + among(table)
                        + "; name one of its columns file_name."));
    }

    private static IntStream columns(ManifestTable table) {
        return IntStream.range(0, table.rows().get(0).cells().size());
    }

    /** The column with the first of some names. */
    private static Optional<Integer> named(ManifestTable table, List<String> names, IntPredicate candidates) {
        return table.header().flatMap(header -> named(header, names, candidates));
    }

    private static Optional<Integer> named(List<String> header, List<String> names, IntPredicate candidates) {
        List<String> plain = header.stream().map(ManifestColumns::plain).toList();
        return names.stream()
                .map(plain::indexOf)
                .filter(column -> column >= 0 && candidates.test(column))
                .findFirst();
    }

    /** The column of the photos among those of a header. */
    static Optional<Integer> photoOf(List<String> header) {
        return named(header, PHOTO_NAMES, any -> true);
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
    }

    private static boolean hasParts(ManifestTable table, int column) {
        return table.rows().stream()
                .allMatch(row -> SplitPart.of(row.cells().get(column)).isPresent());
    }

    private static String among(ManifestTable table) {
        return table.header().map(names -> " among " + String.join(", ", names)).orElse(" and no header");
    }

    /** Whether a value says that a photo is of a class or not. */
    static boolean isTruth(String value) {
        return isTrue(value) || value.matches("0(\\.0*)?") || value.equalsIgnoreCase("false");
    }

    /** Whether a value says that a photo is of a class. */
    static boolean isTrue(String value) {
        return value.matches("1(\\.0*)?") || value.equalsIgnoreCase("true");
    }
}

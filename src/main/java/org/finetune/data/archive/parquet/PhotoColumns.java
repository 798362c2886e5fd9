package org.finetune.data.archive.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.finetune.data.LabelKeys;

/**
 * The columns of photos and their classes.
 *
 * @param photo the contents of the photos
 * @param name what the photos were called, if the file says so
 * @param label the classes as names or numbers, if the file says so
 * @param classes names of the classes that are numbers; none if the file has no names for them
 * @param unused names of the other columns, or groups of columns
 */
record PhotoColumns(
        Column photo, Optional<Column> name, Optional<Column> label, List<String> classes, List<String> unused) {
    /** The key of the metadata under which Hugging Face describes the columns. */
    private static final String DESCRIPTION = "huggingface";

    private static final String BYTES = "bytes";
    private static final String PATH = "path";

    /** Finds the columns of a file; none if it has no photos. */
    static Optional<PhotoColumns> of(FileMetaData file) {
        List<Column> columns =
                Column.all(file.getSchema()).stream().filter(Column::isSingle).toList();
        JsonNode features = features(file);
        return photo(columns, features).map(photo -> {
            Optional<Column> label = label(columns, features);
            return new PhotoColumns(
                    photo,
                    find(columns, List.of(photo.path().get(0), PATH), Column::text),
                    label,
                    label.map(column -> classes(features.path(column.path().get(0))))
                            .orElse(List.of()),
                    unused(file, photo, label));
        });
    }

    private static JsonNode features(FileMetaData file) {
        ObjectMapper json = new ObjectMapper();
        String description = Stream.ofNullable(file.getKey_value_metadata())
                .flatMap(List::stream)
                .filter(entry -> DESCRIPTION.equals(entry.getKey()) && entry.getValue() != null)
                .map(KeyValue::getValue)
                .findFirst()
                .orElse("{}");
        try {
            return json.readTree(description).path("info").path("features");
        } catch (JsonProcessingException e) {
            return json.missingNode();
        }
    }

    /** Names of the columns that the description says are of a kind, in its order. */
    private static List<String> described(JsonNode features, String kind) {
        List<String> names = new ArrayList<>();
        features.properties().forEach(feature -> {
            if (feature.getValue().path("_type").asText().equals(kind)) {
                names.add(feature.getKey());
            }
        });
        return names;
    }

    private static Optional<Column> find(List<Column> columns, List<String> path, Predicate<Column> condition) {
        return columns.stream()
                .filter(column -> column.path().equals(path) && condition.test(column))
                .findFirst();
    }

    /** The first column that is described as one of images; else the first with bytes in it; else the first of bytes. */
    private static Optional<Column> photo(List<Column> columns, JsonNode features) {
        List<String> images = described(features, "Image");
        return columns.stream()
                .filter(column -> column.isBytes() && isPhoto(column.path()))
                .min(Comparator.comparing((Column column) ->
                                !images.contains(column.path().get(0)))
                        .thenComparing(column -> column.path().size() == 1));
    }

    private static boolean isPhoto(List<String> path) {
        return path.size() == 1 || path.size() == 2 && path.get(1).equals(BYTES);
    }

    private static Optional<Column> label(List<Column> columns, JsonNode features) {
        return Stream.concat(described(features, "ClassLabel").stream(), LabelKeys.NAMES.stream())
                .flatMap(name -> find(columns, List.of(name), PhotoColumns::isLabel).stream())
                .findFirst();
    }

    private static boolean isLabel(Column column) {
        return switch (column.type()) {
            case INT32, INT64 -> true;
            default -> column.text();
        };
    }

    private static List<String> classes(JsonNode feature) {
        List<String> names = new ArrayList<>();
        feature.path("names").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static List<String> unused(FileMetaData file, Column photo, Optional<Column> label) {
        return Column.all(file.getSchema()).stream()
                .map(column -> column.path().get(0))
                .distinct()
                .filter(name -> !name.equals(photo.path().get(0))
                        && label.filter(column -> column.path().get(0).equals(name))
                                .isEmpty())
                .toList();
    }
}

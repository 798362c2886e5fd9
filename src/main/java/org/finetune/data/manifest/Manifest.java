package org.finetune.data.manifest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.data.CodePointOrder;
import org.finetune.data.ListedPhoto;
import org.finetune.data.ListedSource;
import org.finetune.data.Photo;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoListing;
import org.finetune.data.PhotoParts;
import org.finetune.data.PhotoPaths;
import org.finetune.data.ScanCounts;
import org.finetune.data.SplitPart;
import org.finetune.data.manifest.ManifestTable.Row;
import org.finetune.data.manifest.PhotoPlaces.Place;

/**
 * A file with a row for each photo: its path, its class and perhaps its part of a split, as CSV, TSV or JSON Lines. The photos
 * are listed in the order of their paths, so that a manifest of a directory of classes stands for the same photos in the same
 * order as the directory.
 */
public final class Manifest extends ListedSource {
    private static final List<String> ENDINGS = List.of(".csv", ".tsv", ".jsonl", ".ndjson");

    private static final int NAMES_SHOWN = 3;

    private final Path file;

    /**
     * A manifest that is not read yet.
     *
     * @param file the file
     */
    public Manifest(Path file) {
        super(file);
        this.file = file;
    }

    /** Whether the name of a file is that of a manifest. */
    public static boolean isOne(Path file) {
        return ENDINGS.stream().anyMatch(ending -> ManifestTable.hasEnding(file, ending));
    }

    @Override
    protected PhotoListing list() {
        ManifestTable table = ManifestTable.read(file);
        ManifestColumns columns = ManifestColumns.of(table);
        List<Optional<String>> labels = new RowLabels(table, columns).all();
        List<Optional<SplitPart>> parts = parts(table, columns);
        List<Place> places = PhotoPlaces.of(table, columns.photo());
        Map<Path, Integer> first = new HashMap<>();
        List<ListedPhoto> photos = new ArrayList<>();
        Map<Photo, String> bad = new HashMap<>();
        int repeated = 0;
        for (int i = 0; i < places.size(); i++) {
            Row row = table.rows().get(i);
            PhotoFile photo = places.get(i).file();
            Integer before = first.putIfAbsent(photo.path().normalize(), i);
            if (before != null) {
                requireSame(table, row, table.rows().get(before), labels.get(before), labels.get(i), "class");
                requireSame(table, row, table.rows().get(before), parts.get(before), parts.get(i), "split");
                repeated++;
                continue;
            }
            requireLabel(table, row, labels.get(i), parts.get(i));
            photos.add(new ListedPhoto(photo, labels.get(i), parts.get(i)));
            if (!places.get(i).exists()) {
                bad.put(photo, ManifestPhotos.absent(file, row.line()));
            }
        }
        photos.sort(Comparator.comparing(photo -> name(photo.photo().id()), CodePointOrder.INSTANCE));
        return new PhotoListing(
                photos, bad, new ScanCounts(photos.size(), 0, 0, 0), warnings(table, columns, repeated));
    }

    /**
     * The photos of the manifest in its order, whatever it says about them.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, or none of the photos is found
     */
    @Override
    public PhotoPaths photos() {
        return parts().next(Integer.MAX_VALUE);
    }

    /**
     * The photos of the manifest in its order, whatever it says about them, part by part.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, names no photos or has a mistake
     */
    public PhotoParts parts() {
        return new ManifestPhotos(file);
    }

    private static void requireSame(
            ManifestTable table, Row row, Row before, Optional<?> one, Optional<?> other, String what) {
        if (!one.equals(other)) {
            throw table.refusal(
                    row,
                    "the photo has the " + what + " '"
                            + other.map(String::valueOf).orElse("") + "' here, but '"
                            + one.map(String::valueOf).orElse("") + "' on line " + before.line()
                            + "; correct one of them.");
        }
    }

    /** Photos for a test may be without, as those of competitions are. */
    private static void requireLabel(ManifestTable table, Row row, Optional<String> label, Optional<SplitPart> part) {
        if (label.isEmpty() && !part.equals(Optional.of(SplitPart.TEST))) {
            throw table.refusal(row, "the photo has no class; add it, or remove the line.");
        }
        if (label.isPresent() && !Printable.isSafe(label.get())) {
            throw table.refusal(
                    row, "the class has control characters or changes the writing direction; rename the class.");
        }
    }

    private static List<Optional<SplitPart>> parts(ManifestTable table, ManifestColumns columns) {
        List<Optional<SplitPart>> none = new ArrayList<>();
        List<Optional<SplitPart>> parts = new ArrayList<>();
        for (Row row : table.rows()) {
            String word = columns.split().map(row.cells()::get).orElse("");
            none.add(Optional.empty());
            parts.add(SplitPart.of(word));
        }
        boolean split = columns.split().isPresent()
                && table.rows().stream()
                        .anyMatch(row -> !row.cells().get(columns.split().get()).isEmpty());
        if (!split) {
            return none;
        }
        IntStream.range(0, parts.size())
                .filter(i -> parts.get(i).isEmpty())
                .findFirst()
                .ifPresent(i -> {
                    Row row = table.rows().get(i);
                    throw table.refusal(
                            row,
                            "the split '" + row.cells().get(columns.split().get())
                                    + "' is none of train, val and test; correct it.");
                });
        return parts;
    }

    private List<String> warnings(ManifestTable table, ManifestColumns columns, int repeated) {
        List<String> warnings = new ArrayList<>();
        if (!columns.others().isEmpty()) {
            List<String> names = columns.others().stream()
                    .map(column -> "'" + table.header().orElseThrow().get(column) + "'")
                    .limit(NAMES_SHOWN)
                    .toList();
            int more = columns.others().size() - names.size();
            warnings.add(
                    "Not used of '" + file + "': " + (columns.others().size() == 1 ? "the column " : "the columns ")
                            + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "") + ".");
        }
        if (repeated > 0) {
            warnings.add("'" + file + "' names " + repeated + (repeated == 1 ? " photo" : " photos")
                    + " more than once; each is used once.");
        }
        return warnings;
    }

    /** The photo's path from the directory of the manifest; an absolute one where it lies elsewhere. */
    @Override
    public String name(String id) {
        Path directory = PhotoPlaces.directory(file).toAbsolutePath().normalize();
        Path photo = Path.of(id).toAbsolutePath().normalize();
        return photo.startsWith(directory) ? directory.relativize(photo).toString() : photo.toString();
    }

    @Override
    public Photo photo(String name) {
        return new PhotoFile(PhotoPlaces.directory(file).resolve(name));
    }
}

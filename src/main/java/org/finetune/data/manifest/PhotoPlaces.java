package org.finetune.data.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoSearch;
import org.finetune.data.StorageException;
import org.finetune.data.UrlArgument;
import org.finetune.data.manifest.ManifestTable.Row;

/**
 * Where the photos of a manifest are. A name is a path from the directory of the manifest, with or without the ending of the
 * file. If no photo is found that way, names without a directory are those of files anywhere below that directory.
 */
final class PhotoPlaces {
    private static final Pattern HERE = Pattern.compile("^(?:\\.[/\\\\]+)+");

    private final ManifestTable table;
    private final int column;
    private final Path base;
    private final Map<Path, FilesByName> directories = new ConcurrentHashMap<>();

    /**
     * A file, and whether it is there.
     *
     * @param file the file of the name, or what the name says where there is none
     */
    record Place(PhotoFile file, boolean exists) {}

    private PhotoPlaces(ManifestTable table, int column) {
        this.table = table;
        this.column = column;
        this.base = directory(table.file());
    }

    /** The directory that paths in a manifest start from. */
    static Path directory(Path manifest) {
        Path directory = manifest.getParent();
        return directory == null ? Path.of("") : directory;
    }

    /**
     * Finds the photos of all rows.
     *
     * @param column the column with their names
     * @return a place for each row
     * @throws FinetuneException with {@link org.finetune.ExitCode#DATA}, naming the line, if a name can be no file, or stands
     *     for several files
     */
    static List<Place> of(ManifestTable table, int column) {
        PhotoPlaces places = new PhotoPlaces(table, column);
        table.rows().forEach(places::requireFileName);
        List<Place> named = table.rows().parallelStream().map(places::named).toList();
        return named.stream().anyMatch(Place::exists) ? named : places.searched(named);
    }

    private String name(Row row) {
        return HERE.matcher(row.cells().get(column)).replaceFirst("");
    }

    private void requireFileName(Row row) {
        String name = name(row);
        if (name.isEmpty()) {
            throw table.refusal(row, "it names no photo; add its name, or remove the line.");
        }
        if (UrlArgument.isUrl(name)) {
            throw table.refusal(
                    row,
                    "'" + UrlArgument.withoutSecrets(name)
                            + "' is a URL, and URLs are not supported; download the photos, and name the files.");
        }
        try {
            if (Path.of(name).getNameCount() == 0) {
                throw table.refusal(row, "'" + name + "' names no file; correct it.");
            }
        } catch (InvalidPathException e) {
            throw table.refusal(row, "it names no file (" + e.getReason() + "); correct it.");
        }
    }

    private Place named(Row row) {
        String name = name(row);
        Path exact = base.resolve(name);
        if (Files.isRegularFile(exact)) {
            return new Place(new PhotoFile(exact), true);
        }
        // Written on Windows.
        Path file = name.indexOf('\\') < 0 ? exact : base.resolve(name.replace('\\', '/'));
        Path directory = file.getParent() == null ? Path.of("") : file.getParent();
        List<Path> found = directories
                .computeIfAbsent(directory, FilesByName::in)
                .named(file.getFileName().toString());
        return place(row, file, found);
    }

    private Place place(Row row, Path named, List<Path> found) {
        if (found.size() > 1) {
            throw table.refusal(
                    row,
                    "'" + name(row) + "' may be '" + found.get(0) + "' or '" + found.get(1)
                            + "'; write the path of the file.");
        }
        return found.isEmpty() ? new Place(new PhotoFile(named), false) : new Place(new PhotoFile(found.get(0)), true);
    }

    private List<Place> searched(List<Place> named) {
        FilesByName below = new FilesByName(
                PhotoSearch.in(base).paths().stream().map(Path::of).toList());
        return IntStream.range(0, named.size())
                .mapToObj(i -> {
                    Row row = table.rows().get(i);
                    Path file = named.get(i).file().path();
                    boolean alone = Path.of(name(row)).getNameCount() == 1;
                    return place(
                            row, file, alone ? below.named(file.getFileName().toString()) : List.of());
                })
                .toList();
    }

    /** Files by their name with and without its ending. */
    private static final class FilesByName {
        private final Map<String, List<Path>> files = new HashMap<>();

        FilesByName(List<Path> all) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                add(name, file);
                if (FileKind.hasPhotoEnding(name)) {
                    add(name.substring(0, name.lastIndexOf('.')), file);
                }
            }
        }

        private void add(String name, Path file) {
            files.computeIfAbsent(name, key -> new ArrayList<>(1)).add(file);
        }

        /** The files that lie directly in a directory; none if there is no such directory. */
        static FilesByName in(Path directory) {
            if (!Files.isDirectory(directory)) {
                return new FilesByName(List.of());
            }
            try (Stream<Path> all = Files.list(directory)) {
                return new FilesByName(all.filter(file -> FileKind.hasPhotoEnding(file.toString()))
                        .sorted()
                        .toList());
            } catch (IOException e) {
                throw StorageException.reading(directory.toString(), e);
            } catch (UncheckedIOException e) {
                throw StorageException.reading(directory.toString(), e.getCause());
            }
        }

        List<Path> named(String name) {
            return files.getOrDefault(name, List.of());
        }
    }
}

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
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoSearch;
import org.finetune.data.StorageException;
import org.finetune.data.UrlArgument;
import org.finetune.data.manifest.ManifestNames.Name;

/**
 * Where the photos of a manifest are. A name is a path from the directory of the manifest, with or without the ending of the
 * file. If no photo is found that way, names without a directory are those of files anywhere below that directory.
 */
final class PhotoPlaces {
    private static final Pattern HERE = Pattern.compile("^(?:\\.[/\\\\]+)+");

    private final Path manifest;
    private final Path base;
    private final Map<Path, FilesByName> directories = new ConcurrentHashMap<>();

    /**
     * A file, and whether it is there.
     *
     * @param name the name that stands for it
     * @param file the file of the name, or what the name says where there is none
     */
    record Place(Name name, PhotoFile file, boolean exists) {}

    /** Looks for the photos of a manifest. */
    PhotoPlaces(Path manifest) {
        this.manifest = manifest;
        this.base = directory(manifest);
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
     * @throws FinetuneException with {@link ExitCode#DATA} if there are none; naming the line, if a name can be no file, or
     *     stands for several files
     */
    static List<Place> of(ManifestTable table, int column) {
        PhotoPlaces places = new PhotoPlaces(table.file());
        List<Name> names = table.rows().stream()
                .map(row -> places.checked(new Name(row.line(), row.cells().get(column))))
                .toList();
        List<Place> named = places.named(names);
        return named.stream().anyMatch(Place::exists) ? named : places.searched(named);
    }

    /**
     * A name as it is looked for.
     *
     * @throws FinetuneException with {@link ExitCode#DATA}, naming the line, if it can be no file
     */
    Name checked(Name stated) {
        Name name = new Name(stated.line(), HERE.matcher(stated.text()).replaceFirst(""));
        if (name.text().isEmpty()) {
            throw refusal(name, "it names no photo; add its name, or remove the line.");
        }
        if (UrlArgument.isUrl(name.text())) {
            throw refusal(
                    name,
                    "'" + UrlArgument.withoutSecrets(name.text())
                            + "' is a URL, and URLs are not supported; download the photos, and name the files.");
        }
        try {
            if (Path.of(name.text()).getNameCount() == 0) {
                throw refusal(name, "'" + name.text() + "' names no file; correct it.");
            }
        } catch (InvalidPathException e) {
            throw refusal(name, "it names no file (" + e.getReason() + "); correct it.");
        }
        return name;
    }

    private FinetuneException refusal(Name name, String what) {
        return ManifestTable.refusal(manifest, name.line(), what);
    }

    /** The places that names stand for as paths. */
    List<Place> named(List<Name> names) {
        return names.parallelStream().map(this::named).toList();
    }

    private Place named(Name name) {
        Path exact = base.resolve(name.text());
        if (Files.isRegularFile(exact)) {
            return new Place(name, new PhotoFile(exact), true);
        }
        // Written on Windows.
        Path file = name.text().indexOf('\\') < 0
                ? exact
                : base.resolve(name.text().replace('\\', '/'));
        Path directory = file.getParent() == null ? Path.of("") : file.getParent();
        List<Path> found = directories
                .computeIfAbsent(directory, FilesByName::in)
                .named(file.getFileName().toString());
        return place(name, file, found);
    }

    private Place place(Name name, Path named, List<Path> found) {
        if (found.size() > 1) {
            throw refusal(
                    name,
                    "'" + name.text() + "' may be '" + found.get(0) + "' or '" + found.get(1)
                            + "'; write the path of the file.");
        }
        return found.isEmpty()
                ? new Place(name, new PhotoFile(named), false)
                : new Place(name, new PhotoFile(found.get(0)), true);
    }

    /**
     * The places of all names, none of which is there as a path.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if there are none
     */
    List<Place> searched(List<Place> named) {
        FilesByName below = new FilesByName(
                PhotoSearch.in(base).paths().stream().map(Path::of).toList());
        List<Place> places = named.stream()
                .map(place -> {
                    Path file = place.file().path();
                    boolean alone = Path.of(place.name().text()).getNameCount() == 1;
                    return place(
                            place.name(),
                            file,
                            alone ? below.named(file.getFileName().toString()) : List.of());
                })
                .toList();
        if (places.stream().noneMatch(Place::exists)) {
            Place first = places.get(0);
            throw new FinetuneException(
                    ExitCode.DATA,
                    "None of the " + places.size() + " photos named in '" + manifest + "' exists, such as '"
                            + first.file().path() + "' (line " + first.name().line()
                            + "); paths start from the directory of the file.");
        }
        return places;
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

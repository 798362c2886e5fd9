package org.finetune.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.run.OutputDirectory;

/**
 * The photos of a directory that has a sub-directory per class.
 *
 * @param root the directory
 * @param photos the photos of each class, which may be none, by name; names and photos are sorted by code point
 * @param counts what was come across
 * @param bad files that cannot be read
 * @param looseImages number of images that lie beside the class directories
 * @param passedOver what finetune has written among them
 */
record ClassDirectories(
        Path root,
        NavigableMap<String, List<PhotoFile>> photos,
        ScanCounts counts,
        List<BadPhoto> bad,
        int looseImages,
        PassedOver passedOver) {

    /**
     * Searches the class directories.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory cannot be read or has no sub-directories
     */
    static ClassDirectories read(Path root) {
        List<Path> directories = subdirectories(root);
        if (OutputDirectory.isOne(root)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The directory '" + root + "' was written by finetune and contains no photos; check --data.");
        }
        PhotoSearch beside = PhotoSearch.in(root, 1, file -> !directories.contains(file));
        int looseImages = beside.counts().images();
        if (directories.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has " + (looseImages > 0 ? "photos but " : "")
                            + "no class directories; create one sub-directory per class and put its photos there.");
        }
        NavigableMap<String, List<PhotoFile>> photos = new TreeMap<>(CodePointOrder.INSTANCE);
        List<BadPhoto> bad = new ArrayList<>();
        PassedOver passedOver = beside.passedOver();
        ScanCounts counts = new ScanCounts(
                0,
                beside.counts().otherFiles(),
                beside.counts().hidden(),
                beside.counts().loops());
        for (Path directory : directories) {
            PhotoSearch search = PhotoSearch.in(directory);
            counts = counts.plus(search.counts());
            passedOver = passedOver.plus(search.passedOver());
            if (search.counts().images() == 0 && !search.passedOver().isEmpty()) {
                continue;
            }
            requirePrintable(directory);
            if (photos.put(directory.getFileName().toString(), search.photos()) != null) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The names of several class directories read '" + directory
                                + "' because they are not valid in the locale's charset; rename them.");
            }
            bad.addAll(search.bad());
        }
        return new ClassDirectories(root, photos, counts, bad, looseImages, passedOver);
    }

    /** Files of a run hold the names of classes, one a line. Model files with other names are refused. */
    private static void requirePrintable(Path directory) {
        if (!Printable.isSafe(directory.getFileName().toString())) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The name of the class directory '" + directory
                            + "' has control characters or changes the writing direction; rename it.");
        }
    }

    /**
     * The sub-directories of a directory in order, but those that are hidden or lead back to it or above.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it is not a directory or cannot be read
     */
    static List<Path> subdirectories(Path root) {
        return list(root, path -> Files.isDirectory(path) && !PhotoFile.isHidden(path) && !leadsAbove(path, root));
    }

    /** Whether images lie directly in a directory. */
    static boolean holdsPhotos(Path directory) {
        return PhotoSearch.in(directory, 1, file -> !Files.isDirectory(file))
                        .counts()
                        .images()
                > 0;
    }

    private static List<Path> list(Path root, Predicate<Path> filter) {
        if (!Files.exists(root)) {
            UrlArgument.refuse(root.toString());
            throw new FinetuneException(ExitCode.DATA, "The directory '" + root + "' does not exist; check --data.");
        }
        if (!Files.isDirectory(root)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' is not a directory; --data needs a directory with one sub-directory of "
                            + "photos per class.");
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(filter)
                    .sorted((a, b) -> CodePointOrder.INSTANCE.compare(
                            a.getFileName().toString(), b.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            IOException failure =
                    PhotoFile.bad(root, e instanceof IOException read ? read : (IOException) e.getCause());
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The directory '" + root + "' cannot be read (" + BadPhoto.reason(failure)
                            + "); check its permissions.",
                    failure);
        }
    }

    /** Whether a sub-directory is a link to the directory that holds it, or to one above. */
    private static boolean leadsAbove(Path directory, Path root) {
        try {
            return root.toRealPath().startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /** Names of the classes, sorted. */
    List<String> names() {
        return List.copyOf(photos.keySet());
    }

    /** Names of the classes without photos, sorted. */
    List<String> emptyClasses() {
        return photos.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All photos, by class. */
    Stream<PhotoFile> all() {
        return photos.values().stream().flatMap(List::stream);
    }

    /**
     * The same without some photos.
     *
     * @param reasons why they cannot be used
     */
    ClassDirectories without(Map<Photo, String> reasons) {
        NavigableMap<String, List<PhotoFile>> usable = new TreeMap<>(CodePointOrder.INSTANCE);
        photos.forEach((name, files) -> usable.put(
                name,
                files.stream().filter(photo -> !reasons.containsKey(photo)).toList()));
        Stream<BadPhoto> unusable =
                all().filter(reasons::containsKey).map(photo -> new BadPhoto(photo.id(), reasons.get(photo)));
        return new ClassDirectories(
                root, usable, counts, Stream.concat(bad.stream(), unusable).toList(), looseImages, passedOver);
    }

    /** The photos with the number of their class in a list of names; photos of other classes are left out. */
    List<LabeledPhoto> label(List<String> names) {
        List<LabeledPhoto> labeled = new ArrayList<>();
        for (int label = 0; label < names.size(); label++) {
            for (PhotoFile photo : photos.getOrDefault(names.get(label), List.of())) {
                labeled.add(new LabeledPhoto(photo, label));
            }
        }
        return labeled;
    }

    /**
     * Checks that there are two classes at least and that all have images.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if not
     */
    void requireTrainable() {
        if (photos.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' contains only files written by finetune and no photos; check " + "--data.");
        }
        if (photos.size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has only one class directory, '" + photos.firstKey()
                            + "'; a classifier needs at least two."
                            + wrapped()
                                    .map(inside -> " Did you mean '" + inside + "'?")
                                    .orElse(""));
        }
        List<String> empty = emptyClasses();
        if (!empty.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    (empty.size() == 1 ? "The class directory '" : "The class directories '")
                            + Dataset.names(empty) + "' of '" + root
                            + (empty.size() == 1 ? "' has" : "' have")
                            + " no usable photos (JPEG, PNG, BMP, GIF, WebP)" + unusable()
                            + "; add some or remove "
                            + (empty.size() == 1 ? "it." : "them."));
        }
    }

    /** The directory inside that has several, as where an archive was unpacked into a directory of its own. */
    private Optional<Path> wrapped() {
        Path inside = root.resolve(photos.firstKey());
        List<Path> directories = subdirectories(inside);
        while (directories.size() == 1) {
            inside = directories.get(0);
            directories = subdirectories(inside);
        }
        return directories.isEmpty() ? Optional.empty() : Optional.of(inside);
    }

    /** How many files cannot be used, and why one of them, for a message. */
    private String unusable() {
        return bad.isEmpty()
                ? ""
                : ", but " + bad.size() + " that cannot be used, such as '"
                        + bad.get(0).id() + "' (" + bad.get(0).reason() + ")";
    }
}

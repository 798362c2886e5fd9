package org.finetune.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;

/**
 * The photos of a directory that has a sub-directory per class.
 *
 * @param root the directory
 * @param photos the photos of each class, which may be none, by name; names and photos are sorted by code point
 * @param counts what was come across
 * @param bad files that cannot be read
 * @param looseImages number of images that lie beside the class directories
 */
record ClassDirectories(
        Path root,
        NavigableMap<String, List<PhotoFile>> photos,
        ScanCounts counts,
        List<BadPhoto> bad,
        int looseImages) {

    /**
     * Searches the class directories.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory cannot be read or has no sub-directories
     */
    static ClassDirectories read(Path root) {
        List<Path> directories = subdirectories(root);
        ScanCounts counts = countBeside(root, directories);
        int looseImages = counts.images();
        if (directories.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has " + (looseImages > 0 ? "images but " : "")
                            + "no class directories; make a sub-directory per class and put its images there.");
        }
        NavigableMap<String, List<PhotoFile>> photos = new TreeMap<>(CodePointOrder.INSTANCE);
        List<BadPhoto> bad = new ArrayList<>();
        counts = new ScanCounts(0, counts.otherFiles(), counts.hidden(), counts.loops());
        for (Path directory : directories) {
            requirePrintable(directory);
            PhotoSearch search = PhotoSearch.in(directory);
            if (photos.put(directory.getFileName().toString(), search.photos()) != null) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The names of several class directories read '" + directory
                                + "', since they are not in the charset of the locale; rename them.");
            }
            counts = counts.plus(search.counts());
            bad.addAll(search.bad());
        }
        return new ClassDirectories(root, photos, counts, bad, looseImages);
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
     * @throws FinetuneException with {@link ExitCode#DATA} if it is no directory or cannot be read
     */
    static List<Path> subdirectories(Path root) {
        return list(root, path -> Files.isDirectory(path) && !PhotoFile.isHidden(path) && !leadsAbove(path, root));
    }

    private static ScanCounts countBeside(Path root, List<Path> directories) {
        List<Path> others = list(root, path -> !directories.contains(path));
        int hidden = (int) others.stream().filter(PhotoFile::isHidden).count();
        int loops = (int) others.stream()
                .filter(path -> !PhotoFile.isHidden(path) && Files.isDirectory(path))
                .count();
        int images = (int) others.stream()
                .filter(path -> !PhotoFile.isHidden(path) && !Files.isDirectory(path))
                .filter(PhotoFile::hasImageExtension)
                .count();
        return new ScanCounts(images, others.size() - hidden - loops - images, hidden, loops);
    }

    private static List<Path> list(Path root, Predicate<Path> filter) {
        if (!Files.exists(root)) {
            UrlArgument.refuse(root.toString());
            throw new FinetuneException(ExitCode.DATA, "There is no directory '" + root + "'; check --data.");
        }
        if (!Files.isDirectory(root)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' is not a directory; --data needs one with a sub-directory of images per class.");
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
    ClassDirectories without(Map<PhotoFile, String> reasons) {
        NavigableMap<String, List<PhotoFile>> usable = new TreeMap<>(CodePointOrder.INSTANCE);
        photos.forEach((name, files) -> usable.put(
                name,
                files.stream().filter(photo -> !reasons.containsKey(photo)).toList()));
        Stream<BadPhoto> unusable =
                all().filter(reasons::containsKey).map(photo -> new BadPhoto(photo.id(), reasons.get(photo)));
        return new ClassDirectories(
                root, usable, counts, Stream.concat(bad.stream(), unusable).toList(), looseImages);
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
        if (photos.size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has only one class directory, '" + photos.firstKey()
                            + "'; a classifier needs at least two.");
        }
        List<String> empty = emptyClasses();
        if (!empty.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    (empty.size() == 1 ? "The class directory '" : "The class directories '")
                            + Dataset.names(empty) + "' of '" + root
                            + (empty.size() == 1 ? "' has" : "' have")
                            + " no usable images (jpg, jpeg, png, bmp, gif, webp)" + unusable()
                            + "; add some or remove "
                            + (empty.size() == 1 ? "it." : "them."));
        }
    }

    /** How many files cannot be used, and why one of them, for a message. */
    private String unusable() {
        return bad.isEmpty()
                ? ""
                : ", but " + bad.size() + " that cannot be used, such as '"
                        + bad.get(0).id() + "' (" + bad.get(0).reason() + ")";
    }
}

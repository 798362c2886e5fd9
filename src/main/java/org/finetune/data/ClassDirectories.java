package org.finetune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;

/**
 * The photos of a directory that has a sub-directory per class.
 *
 * @param root the directory
 * @param classes the photos of each class; those within a class are sorted by code point too
 * @param counts what was come across
 * @param loosePhotos number of photos that lie beside the class directories
 * @param passedOver what finetune has written among them
 */
record ClassDirectories(
        PhotoTree root, PhotosByClass classes, ScanCounts counts, int loosePhotos, PassedOver passedOver) {

    /**
     * Searches the class directories.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory cannot be read or has no sub-directories
     */
    static ClassDirectories read(PhotoTree root) {
        List<PhotoTree> directories = root.subdirectories();
        if (root.isOutput()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The directory '" + root + "' was written by finetune and contains no photos; check --data.");
        }
        FoundPhotos beside = root.directly();
        int loosePhotos = beside.counts().images();
        if (directories.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has " + (loosePhotos > 0 ? "photos but " : "")
                            + "no class directories; create one sub-directory per class and put its photos there.");
        }
        NavigableMap<String, List<Photo>> photos = new TreeMap<>(CodePointOrder.INSTANCE);
        List<BadPhoto> bad = new ArrayList<>();
        PassedOver passedOver = beside.passedOver();
        ScanCounts counts = new ScanCounts(
                0,
                beside.counts().otherFiles(),
                beside.counts().hidden(),
                beside.counts().loops());
        for (PhotoTree directory : directories) {
            FoundPhotos search = directory.below();
            counts = counts.plus(search.counts());
            passedOver = passedOver.plus(search.passedOver());
            if (search.counts().images() == 0 && !search.passedOver().isEmpty()) {
                continue;
            }
            requirePrintable(directory);
            if (photos.put(directory.name(), search.photos()) != null) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The names of several class directories read '" + directory
                                + "' because they are not valid in the locale's charset; rename them.");
            }
            bad.addAll(search.bad());
        }
        return new ClassDirectories(root, new PhotosByClass(photos, bad), counts, loosePhotos, passedOver);
    }

    /** Files of a run hold the names of classes, one a line. Model files with other names are refused. */
    private static void requirePrintable(PhotoTree directory) {
        if (!Printable.isSafe(directory.name())) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The name of the class directory '" + directory
                            + "' has control characters or changes the writing direction; rename it.");
        }
    }

    /** Whether photos lie directly in a directory. */
    static boolean holdsPhotos(PhotoTree directory) {
        return directory.directly().counts().images() > 0;
    }

    /** The same without photos that turned out to be bad. */
    ClassDirectories without(Map<Photo, String> reasons) {
        return new ClassDirectories(root, classes.without(reasons), counts, loosePhotos, passedOver);
    }

    /**
     * Checks that there are at least two classes and that all have usable photos.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if not
     */
    void requireTrainable() {
        if (classes.photos().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' contains only files written by finetune and no photos; check --data.");
        }
        if (classes.photos().size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has only one class directory, '"
                            + classes.photos().firstKey()
                            + "'; a classifier needs at least two."
                            + wrapped()
                                    .map(inside -> " Did you mean '" + inside + "'?")
                                    .orElse(""));
        }
        classes.requirePhotos("class directory", "class directories", root);
    }

    /** The directory inside that has several, as where an archive was unpacked into a directory of its own. */
    private Optional<PhotoTree> wrapped() {
        PhotoTree inside = root.subdirectories().stream()
                .filter(directory -> directory.name().equals(classes.photos().firstKey()))
                .findFirst()
                .orElseThrow();
        List<PhotoTree> directories = inside.subdirectories();
        while (directories.size() == 1) {
            inside = directories.get(0);
            directories = inside.subdirectories();
        }
        return directories.isEmpty() ? Optional.empty() : Optional.of(inside);
    }
}

package org.finetune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
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
 * @param passedOver what finetune has written among them
 */
record ClassDirectories(
        PhotoTree root,
        NavigableMap<String, List<Photo>> photos,
        ScanCounts counts,
        List<BadPhoto> bad,
        int looseImages,
        PassedOver passedOver) {

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
        int looseImages = beside.counts().images();
        if (directories.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' has " + (looseImages > 0 ? "photos but " : "")
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
        return new ClassDirectories(root, photos, counts, bad, looseImages, passedOver);
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

    /** Whether images lie directly in a directory. */
    static boolean holdsPhotos(PhotoTree directory) {
        return directory.directly().counts().images() > 0;
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
    Stream<Photo> all() {
        return photos.values().stream().flatMap(List::stream);
    }

    /**
     * The same without some photos.
     *
     * @param reasons why they cannot be used
     */
    ClassDirectories without(Map<Photo, String> reasons) {
        NavigableMap<String, List<Photo>> usable = new TreeMap<>(CodePointOrder.INSTANCE);
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
            for (Photo photo : photos.getOrDefault(names.get(label), List.of())) {
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
    private Optional<PhotoTree> wrapped() {
        PhotoTree inside = root.subdirectories().stream()
                .filter(directory -> directory.name().equals(photos.firstKey()))
                .findFirst()
                .orElseThrow();
        List<PhotoTree> directories = inside.subdirectories();
        while (directories.size() == 1) {
            inside = directories.get(0);
            directories = inside.subdirectories();
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

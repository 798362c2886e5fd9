package org.finetune.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Reads a directory of images with a sub-directory per class. Images may lie at any depth below a class's directory;
 * hidden files, other files and links that lead in circles are passed over and counted.
 *
 * <p>Where the directory has {@code train/} and one of {@code val/}, {@code validation/}, {@code valid/} and
 * {@code test/} (the first that is there; upper and lower case are alike), each with a sub-directory per class, these
 * are the training and the validation images. Otherwise the images of each class are divided by {@link StableSplit}
 * on a hash of each file's content.
 */
public final class PhotoDirectory {
    private static final List<String> TRAIN = List.of("train");
    private static final List<String> VALIDATION = List.of("val", "validation", "valid", "test");

    private PhotoDirectory() {}

    /**
     * Finds the images to train on and to validate with.
     *
     * @param root the directory
     * @param validationShare share of validation images, in (0, 1), where the directory is not split itself
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory is missing or has fewer than two classes,
     *     an empty class or validation images of a class that has no training images
     */
    public static Dataset forTraining(Path root, double validationShare) {
        return forTraining(root, validationShare, (done, total) -> {});
    }

    /**
     * Finds the images to train on and to validate with.
     *
     * @param root the directory
     * @param validationShare share of validation images, in (0, 1), where the directory is not split itself
     * @param progress hears how many images are read where the directory is not split itself
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory is missing or has fewer than two classes,
     *     an empty class or validation images of a class that has no training images
     */
    public static Dataset forTraining(Path root, double validationShare, ReadingProgress progress) {
        if (!(validationShare > 0 && validationShare < 1)) {
            throw new IllegalArgumentException("validation share " + validationShare);
        }
        List<Path> directories = ClassDirectories.subdirectories(root);
        Optional<Path> train = find(directories, TRAIN);
        Optional<Path> validation = find(directories, VALIDATION);
        if (train.isPresent() && validation.isPresent()) {
            return readSplit(train.get(), validation.get(), unusedBeside(directories));
        }
        boolean trainAlone = train.isPresent() && directories.size() == 1 && hasSubdirectories(train.get());
        return divide(trainAlone ? train.get() : root, validationShare, progress);
    }

    /**
     * Finds the images to evaluate: those of {@code val/} (or its other names) where the directory is split, else all.
     * They are the dataset's validation images.
     *
     * @param root the directory
     * @throws FinetuneException with {@link ExitCode#DATA} if the directory is missing or has no images in classes
     */
    public static Dataset forEvaluation(Path root) {
        List<Path> directories = ClassDirectories.subdirectories(root);
        Optional<Path> validation = find(directories, VALIDATION);
        boolean split = find(directories, TRAIN).isPresent() || directories.size() == 1;
        boolean inside = split && validation.isPresent() && hasSubdirectories(validation.get());
        ClassDirectories classes = ClassDirectories.read(inside ? validation.get() : root);
        List<String> warnings = new ArrayList<>();
        warnOfLooseImages(classes, warnings);
        warnOfClassesWithoutImages(classes.emptyClasses(), "images", warnings);
        List<LabeledPhoto> images = classes.label(classes.names());
        requireImages(images, classes.root(), "add some.");
        return new Dataset(classes.names(), List.of(), images, classes.counts(), classes.bad(), warnings);
    }

    private static Dataset readSplit(Path train, Path validation, List<String> unused) {
        ClassDirectories trainClasses = ClassDirectories.read(train);
        trainClasses.requireTrainable();
        ClassDirectories validationClasses = ClassDirectories.read(validation);
        List<String> names = trainClasses.names();
        validationClasses.images().forEach((name, images) -> {
            if (!images.isEmpty() && !names.contains(name)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The class '" + name + "' of '" + validation + "' is not in '" + train
                                + "'; add training images of it there or remove it.");
            }
        });
        List<LabeledPhoto> validationImages = validationClasses.label(names);
        requireImages(validationImages, validation, "add some, or remove it to have training images held out.");
        List<String> warnings = new ArrayList<>();
        if (!unused.isEmpty()) {
            warnings.add("Not used beside '" + train + "' and '" + validation + "': " + Dataset.names(unused) + ".");
        }
        warnOfLooseImages(trainClasses, warnings);
        warnOfLooseImages(validationClasses, warnings);
        warnOfClassesWithoutImages(missing(names, validationImages), "validation images", warnings);
        return new Dataset(
                names,
                trainClasses.label(names),
                validationImages,
                trainClasses.counts().plus(validationClasses.counts()),
                Stream.concat(trainClasses.bad().stream(), validationClasses.bad().stream())
                        .toList(),
                warnings);
    }

    private static Dataset divide(Path root, double validationShare, ReadingProgress progress) {
        ClassDirectories found = ClassDirectories.read(root);
        found.requireTrainable();
        Map<Path, String> hashes = new ConcurrentHashMap<>();
        ClassDirectories classes = found.without(hash(found.allImages().toList(), hashes, progress));
        classes.requireTrainable();
        List<Set<String>> contents = classes.images().values().stream()
                .map(images -> images.stream().map(hashes::get).collect(Collectors.toSet()))
                .toList();
        Set<String> validated = StableSplit.validation(contents, validationShare);
        List<String> names = classes.names();
        Map<Boolean, List<LabeledPhoto>> sides = classes.label(names).stream()
                .collect(Collectors.partitioningBy(image -> validated.contains(hashes.get(image.path()))));
        List<String> warnings = new ArrayList<>();
        warnOfLooseImages(classes, warnings);
        warnOfClassesWithoutImages(missing(names, sides.get(true)), "validation images", warnings);
        return new Dataset(names, sides.get(false), sides.get(true), classes.counts(), classes.bad(), warnings);
    }

    /** Hashes files in parallel and returns those that cannot be read. */
    private static List<BadPhoto> hash(List<Path> images, Map<Path, String> hashes, ReadingProgress progress) {
        AtomicLong done = new AtomicLong();
        return images.parallelStream()
                .<BadPhoto>mapMulti((image, unreadable) -> {
                    try {
                        hashes.put(image, PhotoFile.fingerprint(image));
                    } catch (IOException e) {
                        unreadable.accept(new BadPhoto(image, PhotoFile.reason(e)));
                    }
                    progress.read(done.incrementAndGet(), images.size());
                })
                .toList();
    }

    private static Optional<Path> find(List<Path> directories, List<String> names) {
        return names.stream()
                .flatMap(name -> directories.stream()
                        .filter(directory -> directory.getFileName().toString().equalsIgnoreCase(name)))
                .findFirst();
    }

    private static boolean hasSubdirectories(Path directory) {
        return !ClassDirectories.subdirectories(directory).isEmpty();
    }

    /** Names of the directories that are no part of a split; one of them may hold the test images. */
    private static List<String> unusedBeside(List<Path> directories) {
        return directories.stream()
                .map(directory -> directory.getFileName().toString())
                .filter(name ->
                        Stream.concat(TRAIN.stream(), VALIDATION.stream()).noneMatch(name::equalsIgnoreCase))
                .toList();
    }

    private static List<String> missing(List<String> names, List<LabeledPhoto> images) {
        Set<Integer> labels = images.stream().map(LabeledPhoto::label).collect(Collectors.toSet());
        return IntStream.range(0, names.size())
                .filter(label -> !labels.contains(label))
                .mapToObj(names::get)
                .toList();
    }

    private static void requireImages(List<LabeledPhoto> images, Path root, String remedy) {
        if (images.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "The class directories of '" + root + "' have no usable images; " + remedy);
        }
    }

    private static void warnOfLooseImages(ClassDirectories classes, List<String> warnings) {
        if (classes.looseImages() > 0) {
            warnings.add("Images that lie directly in '" + classes.root()
                    + "', beside the class directories, are ignored: " + classes.looseImages() + ".");
        }
    }

    private static void warnOfClassesWithoutImages(List<String> names, String what, List<String> warnings) {
        if (!names.isEmpty()) {
            warnings.add("Classes without " + what + ": " + Dataset.names(names) + ".");
        }
    }
}

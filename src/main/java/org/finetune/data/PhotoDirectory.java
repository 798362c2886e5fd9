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
 * A directory of photos with a sub-directory per class. Photos may lie at any depth below a class's directory;
 * hidden files, other files and links that lead in circles are passed over and counted.
 *
 * <p>Where the directory has {@code train/} and one of {@code val/}, {@code validation/}, {@code valid/} and
 * {@code test/} (the first that is there; upper and lower case are alike), each with a sub-directory per class, these
 * are the training and the validation photos. Otherwise the photos of each class are divided by {@link StableSplit}
 * on a hash of each file's content.
 *
 * @param root the directory
 */
public record PhotoDirectory(Path root) implements PhotoSource {
    private static final List<String> TRAIN = List.of("train");
    private static final List<String> VALIDATION = List.of("val", "validation", "valid", "test");

    @Override
    public Dataset forTraining(double validationShare, ReadingProgress progress) {
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

    /** The photos of {@code val/} (or its other names) where the directory is split, else all. */
    @Override
    public Dataset forEvaluation() {
        List<Path> directories = ClassDirectories.subdirectories(root);
        Optional<Path> validation = find(directories, VALIDATION);
        boolean split = find(directories, TRAIN).isPresent() || directories.size() == 1;
        boolean inside = split && validation.isPresent() && hasSubdirectories(validation.get());
        ClassDirectories classes = ClassDirectories.read(inside ? validation.get() : root);
        List<String> warnings = new ArrayList<>();
        warnOfLooseImages(classes, warnings);
        warnOfClassesWithout("images", classes.emptyClasses(), warnings);
        List<LabeledPhoto> photos = classes.label(classes.names());
        requirePhotos(photos, classes.root(), "add some.");
        return new Dataset(classes.names(), List.of(), photos, classes.counts(), classes.bad(), warnings);
    }

    private static Dataset readSplit(Path train, Path validation, List<String> unused) {
        ClassDirectories trainClasses = ClassDirectories.read(train);
        trainClasses.requireTrainable();
        ClassDirectories validationClasses = ClassDirectories.read(validation);
        List<String> names = trainClasses.names();
        validationClasses.photos().forEach((name, photos) -> {
            if (!photos.isEmpty() && !names.contains(name)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The class '" + name + "' of '" + validation + "' is not in '" + train
                                + "'; add training images of it there or remove it.");
            }
        });
        List<LabeledPhoto> validationPhotos = validationClasses.label(names);
        requirePhotos(validationPhotos, validation, "add some, or remove it to have training images held out.");
        List<String> warnings = new ArrayList<>();
        if (!unused.isEmpty()) {
            warnings.add("Not used beside '" + train + "' and '" + validation + "': " + Dataset.names(unused) + ".");
        }
        warnOfLooseImages(trainClasses, warnings);
        warnOfLooseImages(validationClasses, warnings);
        warnOfClassesWithout("validation images", missing(names, validationPhotos), warnings);
        return new Dataset(
                names,
                trainClasses.label(names),
                validationPhotos,
                trainClasses.counts().plus(validationClasses.counts()),
                Stream.concat(trainClasses.bad().stream(), validationClasses.bad().stream())
                        .toList(),
                warnings);
    }

    private static Dataset divide(Path root, double validationShare, ReadingProgress progress) {
        ClassDirectories found = ClassDirectories.read(root);
        found.requireTrainable();
        Map<Photo, String> hashes = new ConcurrentHashMap<>();
        ClassDirectories classes = found.without(hash(found.all().toList(), hashes, progress));
        classes.requireTrainable();
        List<Set<String>> contents = classes.photos().values().stream()
                .map(photos -> photos.stream().map(hashes::get).collect(Collectors.toSet()))
                .toList();
        Set<String> validated = StableSplit.validation(contents, validationShare);
        List<String> names = classes.names();
        Map<Boolean, List<LabeledPhoto>> splits = classes.label(names).stream()
                .collect(Collectors.partitioningBy(labeled -> validated.contains(hashes.get(labeled.photo()))));
        List<String> warnings = new ArrayList<>();
        warnOfLooseImages(classes, warnings);
        warnOfClassesWithout("validation images", missing(names, splits.get(true)), warnings);
        return new Dataset(names, splits.get(false), splits.get(true), classes.counts(), classes.bad(), warnings);
    }

    /** Hashes photos in parallel, and says why those that are bad cannot be read. */
    private static Map<PhotoFile, String> hash(
            List<PhotoFile> photos, Map<Photo, String> hashes, ReadingProgress progress) {
        Map<PhotoFile, String> reasons = new ConcurrentHashMap<>();
        AtomicLong done = new AtomicLong();
        photos.parallelStream().forEach(photo -> {
            try {
                hashes.put(photo, photo.fingerprint());
            } catch (IOException e) {
                reasons.put(photo, BadPhoto.reason(e));
            }
            progress.read(done.incrementAndGet(), photos.size());
        });
        return reasons;
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

    private static List<String> missing(List<String> names, List<LabeledPhoto> photos) {
        Set<Integer> labels = photos.stream().map(LabeledPhoto::label).collect(Collectors.toSet());
        return IntStream.range(0, names.size())
                .filter(label -> !labels.contains(label))
                .mapToObj(names::get)
                .toList();
    }

    private static void requirePhotos(List<LabeledPhoto> photos, Path root, String remedy) {
        if (photos.isEmpty()) {
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

    private static void warnOfClassesWithout(String what, List<String> names, List<String> warnings) {
        if (!names.isEmpty()) {
            warnings.add("Classes without " + what + ": " + Dataset.names(names) + ".");
        }
    }
}

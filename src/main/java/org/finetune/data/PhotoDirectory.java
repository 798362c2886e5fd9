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
 * hidden files, other files and links that lead in circles are passed over and counted. What finetune has written is passed
 * over and said.
 *
 * <p>Where the directory has {@code train/} and {@code val/}, each with a sub-directory per class, these are the training and
 * the validation photos; {@link SplitLayout} has the other names that are known. {@code test/} is for the validation only where
 * there is no {@code val/}, and only if it has the same classes. Otherwise the photos of each class, of {@code train/} if there is
 * one, are divided by {@link StableSplit} on a hash of each file's content.
 *
 * @param root the directory
 */
public record PhotoDirectory(Path root) implements PhotoSource {

    @Override
    public Dataset forTraining(double validationShare, ReadingProgress progress) {
        if (!(validationShare > 0 && validationShare < 1)) {
            throw new IllegalArgumentException("validation share " + validationShare);
        }
        Optional<SplitLayout> split = SplitLayout.of(root);
        if (split.isEmpty()) {
            return divide(root, validationShare, new ArrayList<>(), progress);
        }
        SplitLayout layout = split.get();
        Path train = layout.part(SplitPart.TRAIN)
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.DATA,
                        "'" + root + "' is divided (" + layout.partNames()
                                + ") but has no training photos; add a directory 'train' with them."));
        List<String> warnings = new ArrayList<>(new PassedOver(layout.own(), 0).sentences());
        Optional<Path> test = layout.part(SplitPart.TEST);
        boolean tests = test.isPresent() && sharesClasses(train, test.get());
        if (test.isPresent() && !tests) {
            warnings.add(unlabeled(test.get()));
        }
        if (!layout.others().isEmpty()) {
            warnings.add("Not used beside '" + train + "': " + Dataset.names(layout.otherNames()) + ".");
        }
        Optional<Path> validation = layout.part(SplitPart.VAL);
        if (validation.isPresent()) {
            if (tests) {
                warnings.add(
                        "'" + test.get() + "' is not used for training; 'finetune evaluate --split test' measures a"
                                + " classifier on it.");
            }
            return readSplit(train, validation.get(), warnings);
        }
        return tests ? readSplit(train, test.get(), warnings) : divide(train, validationShare, warnings, progress);
    }

    private static boolean sharesClasses(Path train, Path test) {
        Set<Path> classes = ClassDirectories.subdirectories(train).stream()
                .map(Path::getFileName)
                .collect(Collectors.toSet());
        return ClassDirectories.subdirectories(test).stream()
                .map(Path::getFileName)
                .anyMatch(classes::contains);
    }

    private static String unlabeled(Path test) {
        int images = PhotoSearch.in(test).counts().images();
        return "'" + test + "' is not used: it has " + images + " unlabelled image" + (images == 1 ? "" : "s")
                + ", that is, in no class directory of the training photos.";
    }

    @Override
    public Dataset forEvaluation(Optional<SplitPart> part) {
        return evaluated(directory(part));
    }

    /** The directory whose photos {@link #forEvaluation} lists. */
    @Override
    public String evaluatedPart(Optional<SplitPart> part) {
        return directory(part).toString();
    }

    /** The photo's path below the directory. */
    @Override
    public String name(Photo photo) {
        return root.relativize(Path.of(photo.id())).toString();
    }

    @Override
    public Photo photo(String name) {
        return new PhotoFile(root.resolve(name));
    }

    private Path directory(Optional<SplitPart> part) {
        Optional<SplitLayout> layout = SplitLayout.of(root);
        if (part.isEmpty()) {
            return layout.flatMap(parts -> parts.part(SplitPart.VAL)
                            .or(() -> parts.labeled(SplitPart.TEST))
                            .or(() -> parts.part(SplitPart.TRAIN)))
                    .orElse(root);
        }
        return layout.flatMap(parts -> parts.part(part.get()))
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.DATA,
                        "'" + root + "' has no directory of " + part.get().photos() + " photos"
                                + layout.map(parts -> " but " + parts.partNames())
                                        .orElse("")
                                + "; name another --split, or leave it out."));
    }

    private static Dataset evaluated(Path directory) {
        ClassDirectories classes = ClassDirectories.read(directory);
        List<String> warnings = new ArrayList<>();
        warnOfSurroundings(classes, warnings);
        warnOfClassesWithout("images", classes.emptyClasses(), warnings);
        List<LabeledPhoto> photos = classes.label(classes.names());
        requirePhotos(photos, classes.root(), "add some.");
        return new Dataset(classes.names(), List.of(), photos, classes.counts(), classes.bad(), warnings);
    }

    private static Dataset readSplit(Path train, Path validation, List<String> warnings) {
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
        warnOfSurroundings(trainClasses, warnings);
        warnOfSurroundings(validationClasses, warnings);
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

    private static Dataset divide(Path root, double validationShare, List<String> warnings, ReadingProgress progress) {
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
        warnOfSurroundings(classes, warnings);
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

    private static void warnOfSurroundings(ClassDirectories classes, List<String> warnings) {
        warnings.addAll(classes.passedOver().sentences());
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

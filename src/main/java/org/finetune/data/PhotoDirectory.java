package org.finetune.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;

/**
 * A directory of photos with a sub-directory per class. Photos may lie at any depth below a class's directory;
 * hidden files, other files and links that lead in circles are passed over and counted. What finetune has written is passed
 * over and said.
 *
 * <p>Where the directory has {@code train/} and {@code val/}, each with a sub-directory per class, these are the training and
 * the validation photos; {@link SplitLayout} has the other names that are known. {@code test/} is for the validation only where
 * there is no {@code val/}, and only if it has the same classes. Otherwise the photos of each class, of {@code train/} if there is
 * one, are divided by content ({@link TrainingSplit#divided}).
 *
 * @param place what the user has named
 * @param root the directory
 */
public record PhotoDirectory(Path place, PhotoTree root) implements PhotoSource {

    /** A directory on disk. */
    public PhotoDirectory(Path directory) {
        this(directory, new DirectoryTree(directory));
    }

    @Override
    public Dataset forTraining(SplitRule rule, ReadingProgress progress) {
        Optional<SplitLayout> split = SplitLayout.of(root);
        if (split.isEmpty()) {
            return divide(root, rule, new ArrayList<>(), progress);
        }
        SplitLayout layout = split.get();
        PhotoTree train = trainingPart(layout);
        List<String> warnings = new ArrayList<>(layout.passedOver().sentences());
        Optional<PhotoTree> test = layout.part(SplitPart.TEST);
        boolean tests = test.isPresent() && sharesClasses(train, test.get());
        warnOfParts(layout, train, tests && layout.part(SplitPart.VAL).isPresent(), warnings);
        Optional<PhotoTree> validation = layout.part(SplitPart.VAL).or(() -> test.filter(part -> tests));
        return validation.isPresent()
                ? readSplit(train, validation.get(), rule, warnings)
                : divide(train, rule, warnings, progress);
    }

    @Override
    public Dataset forFolds(Optional<GroupPattern> groups) {
        Optional<SplitLayout> split = SplitLayout.of(root);
        if (split.isEmpty()) {
            return undivided(root, groups, new ArrayList<>());
        }
        SplitLayout layout = split.get();
        PhotoTree train = trainingPart(layout);
        if (layout.part(SplitPart.VAL).isPresent()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + root + "' is already split (" + layout.partNames()
                            + "), but --folds splits the photos itself; use --data " + train
                            + " with --folds, or omit --folds.");
        }
        List<String> warnings = new ArrayList<>(layout.passedOver().sentences());
        boolean tests = layout.part(SplitPart.TEST)
                .filter(test -> sharesClasses(train, test))
                .isPresent();
        warnOfParts(layout, train, tests, warnings);
        return undivided(train, groups, warnings);
    }

    private PhotoTree trainingPart(SplitLayout layout) {
        return layout.part(SplitPart.TRAIN)
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.DATA,
                        "'" + root + "' is split (" + layout.partNames()
                                + ") but has no training photos; add them in a directory 'train'."));
    }

    /**
     * Says which directories have no part in training.
     *
     * @param keptTest whether test photos are left for an evaluation afterwards
     */
    private static void warnOfParts(SplitLayout layout, PhotoTree train, boolean keptTest, List<String> warnings) {
        Optional<PhotoTree> test = layout.part(SplitPart.TEST);
        test.filter(part -> !sharesClasses(train, part)).ifPresent(part -> warnings.add(unlabeled(part)));
        if (!layout.others().isEmpty()) {
            warnings.add("Not used, next to '" + train + "': " + Dataset.names(layout.otherNames()) + ".");
        }
        if (keptTest) {
            warnings.add("'" + test.orElseThrow()
                    + "' is not used for training; 'finetune evaluate --split test' evaluates a classifier on it.");
        }
    }

    private static boolean sharesClasses(PhotoTree train, PhotoTree test) {
        Set<String> classes =
                train.subdirectories().stream().map(PhotoTree::name).collect(Collectors.toSet());
        return test.subdirectories().stream().map(PhotoTree::name).anyMatch(classes::contains);
    }

    private static String unlabeled(PhotoTree test) {
        int images = test.below().counts().images();
        return "'" + test + "' is not used: it has " + images + " unlabelled photo" + (images == 1 ? "" : "s")
                + ", in no class directory of the training photos.";
    }

    @Override
    public Dataset forEvaluation(Optional<SplitPart> part) {
        return evaluated(directory(part));
    }

    @Override
    public PhotoPaths photos() {
        return PhotoPaths.of(place.toString(), root.below());
    }

    /** The directory whose photos {@link #forEvaluation} lists. */
    @Override
    public String evaluatedPart(Optional<SplitPart> part) {
        return directory(part).toString();
    }

    /** The photo's path below the directory. */
    @Override
    public String name(String id) {
        return PhotoSource.relative(place, id);
    }

    @Override
    public Photo photo(String name) {
        return new PhotoFile(place.resolve(name));
    }

    private PhotoTree directory(Optional<SplitPart> part) {
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
                                + "; use another --split, or omit it."));
    }

    private static Dataset evaluated(PhotoTree directory) {
        ClassDirectories found = ClassDirectories.read(directory);
        PhotosByClass classes = found.classes();
        List<String> warnings = new ArrayList<>();
        warnOfSurroundings(found, warnings);
        TrainingSplit.warnOfClassesWithout("photos", classes.emptyClasses(), warnings);
        List<LabeledPhoto> photos = classes.label(classes.names());
        requirePhotos(photos, found.root(), "add some.");
        return new Dataset(classes.names(), List.of(), photos, false, found.counts(), classes.bad(), warnings);
    }

    private Dataset readSplit(PhotoTree train, PhotoTree validation, SplitRule rule, List<String> warnings) {
        ClassDirectories foundForTraining = ClassDirectories.read(train);
        foundForTraining.requireTrainable();
        ClassDirectories foundForValidation = ClassDirectories.read(validation);
        PhotosByClass trainClasses = foundForTraining.classes();
        PhotosByClass validationClasses = foundForValidation.classes();
        List<String> names = trainClasses.names();
        validationClasses.photos().forEach((name, photos) -> {
            if (!photos.isEmpty() && !names.contains(name)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The class '" + name + "' of '" + validation + "' is not in '" + train
                                + "'; add training photos for it there, or remove it.");
            }
        });
        List<LabeledPhoto> validationPhotos = validationClasses.label(names);
        requirePhotos(
                validationPhotos, validation, "add some, or remove it so that training photos are held out instead.");
        warnOfSurroundings(foundForTraining, warnings);
        warnOfSurroundings(foundForValidation, warnings);
        TrainingSplit split = TrainingSplit.given(this, names, trainClasses.label(names), validationPhotos, rule);
        warnings.addAll(split.warnings());
        return new Dataset(
                names,
                split.train(),
                split.validation(),
                false,
                foundForTraining.counts().plus(foundForValidation.counts()),
                Stream.concat(trainClasses.bad().stream(), validationClasses.bad().stream())
                        .toList(),
                warnings);
    }

    private Dataset divide(PhotoTree directory, SplitRule rule, List<String> warnings, ReadingProgress progress) {
        ClassDirectories found = ClassDirectories.read(directory);
        found.requireTrainable();
        PhotoFingerprints fingerprints = PhotoFingerprints.read(found.classes().all(), progress);
        ClassDirectories usable = found.without(fingerprints.bad());
        usable.requireTrainable();
        PhotosByClass classes = usable.classes();
        List<String> names = classes.names();
        TrainingSplit split = TrainingSplit.divided(this, names, classes.label(names), fingerprints.hashes(), rule);
        warnOfSurroundings(usable, warnings);
        warnings.addAll(split.warnings());
        return new Dataset(names, split.train(), split.validation(), true, usable.counts(), classes.bad(), warnings);
    }

    private Dataset undivided(PhotoTree directory, Optional<GroupPattern> groups, List<String> warnings) {
        ClassDirectories found = ClassDirectories.read(directory);
        found.requireTrainable();
        PhotosByClass classes = found.classes();
        List<LabeledPhoto> photos = classes.label(classes.names());
        groups.ifPresent(
                pattern -> warnings.addAll(PhotoGroups.of(pattern, this, photos).warnings(pattern, photos)));
        warnOfSurroundings(found, warnings);
        return new Dataset(classes.names(), photos, List.of(), false, found.counts(), classes.bad(), warnings);
    }

    private static void requirePhotos(List<LabeledPhoto> photos, PhotoTree root, String remedy) {
        if (photos.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "The class directories of '" + root + "' have no usable photos; " + remedy);
        }
    }

    private static void warnOfSurroundings(ClassDirectories found, List<String> warnings) {
        warnings.addAll(found.passedOver().sentences());
        if (found.loosePhotos() > 0) {
            warnings.add("Photos that lie directly in '" + found.root()
                    + "', beside the class directories, are ignored: " + found.loosePhotos() + ".");
        }
    }
}

package org.finetune.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;

/**
 * A source that states the class of each photo, and perhaps its part of a split, instead of having a directory for each.
 *
 * <p>Parts are used as those of a {@link PhotoDirectory} are: without validation photos, those for testing take their place if
 * they have classes of the training photos; without either, the training photos are divided by content.
 */
public abstract class ListedSource implements PhotoSource {
    private final Path place;
    private PhotoListing listing;

    /**
     * A source that is not read yet.
     *
     * @param place what the user has named
     */
    protected ListedSource(Path place) {
        this.place = place;
    }

    /**
     * Lists all photos.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if they cannot be listed, or are in contradiction
     */
    protected abstract PhotoListing list();

    @Override
    public final Path place() {
        return place;
    }

    private PhotoListing listing() {
        if (listing == null) {
            listing = list();
        }
        return listing;
    }

    @Override
    public final Dataset forTraining(SplitRule rule, ReadingProgress progress) {
        Map<SplitPart, List<ListedPhoto>> parts = listing().parts();
        List<String> warnings = new ArrayList<>(listing().warnings());
        if (parts.isEmpty()) {
            return divide(listing().photos(), rule, warnings, progress);
        }
        List<ListedPhoto> train = trainingPart(parts);
        Optional<List<ListedPhoto>> test = Optional.ofNullable(parts.get(SplitPart.TEST));
        boolean tests = test.isPresent() && sharesClasses(train, test.get());
        warnOfTest(test, tests, tests && parts.containsKey(SplitPart.VAL), warnings);
        Optional<List<ListedPhoto>> validation =
                Optional.ofNullable(parts.get(SplitPart.VAL)).or(() -> test.filter(part -> tests));
        return validation.isPresent()
                ? given(train, validation.get(), rule, warnings)
                : divide(train, rule, warnings, progress);
    }

    private List<ListedPhoto> trainingPart(Map<SplitPart, List<ListedPhoto>> parts) {
        if (!parts.containsKey(SplitPart.TRAIN)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + place + "' is split (" + names(parts) + ") but has no training photos; add some.");
        }
        return parts.get(SplitPart.TRAIN);
    }

    private void requireTrainable(PhotosByClass classes) {
        if (classes.photos().isEmpty()) {
            throw new FinetuneException(ExitCode.DATA, "'" + place + "' contains no photos; check --data.");
        }
        if (classes.photos().size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "All photos in '" + place + "' have the class '"
                            + classes.photos().firstKey() + "'; a classifier needs at least two classes.");
        }
        classes.requirePhotos("class", "classes", place);
    }

    private static String names(Map<SplitPart, List<ListedPhoto>> parts) {
        return Dataset.names(parts.keySet().stream().map(SplitPart::toString).toList());
    }

    private static boolean sharesClasses(List<ListedPhoto> train, List<ListedPhoto> test) {
        Set<Optional<String>> classes = train.stream().map(ListedPhoto::label).collect(Collectors.toSet());
        return test.stream().anyMatch(photo -> classes.contains(photo.label()));
    }

    private void warnOfTest(Optional<List<ListedPhoto>> test, boolean tests, boolean kept, List<String> warnings) {
        test.filter(part -> !tests)
                .ifPresent(part -> warnings.add("The " + part.size() + " test photos in '" + place
                        + "' are not used: none has a class of the training photos."));
        if (kept) {
            warnings.add("The test photos in '" + place
                    + "' are not used for training; 'finetune evaluate --split test' evaluates a classifier on them.");
        }
    }

    private Dataset given(
            List<ListedPhoto> train, List<ListedPhoto> validation, SplitRule rule, List<String> warnings) {
        PhotosByClass trainClasses = PhotosByClass.of(train, listing.bad());
        requireTrainable(trainClasses);
        PhotosByClass validationClasses = PhotosByClass.of(validation, listing.bad());
        List<String> names = trainClasses.names();
        for (String name : validationClasses.names()) {
            if (!names.contains(name)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The class '" + name + "' of the validation photos in '" + place
                                + "' has no training photos; add some, or remove the class.");
            }
        }
        List<LabeledPhoto> validationPhotos = validationClasses.label(names);
        if (validationPhotos.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + place + "' has no usable validation photos; add some, or remove them so that training "
                            + "photos are held out instead.");
        }
        TrainingSplit split = TrainingSplit.given(this, names, trainClasses.label(names), validationPhotos, rule);
        warnings.addAll(split.warnings());
        List<BadPhoto> bad = new ArrayList<>(trainClasses.bad());
        bad.addAll(validationClasses.bad());
        return new Dataset(names, split.train(), split.validation(), false, listing.counts(), bad, warnings);
    }

    private Dataset divide(List<ListedPhoto> photos, SplitRule rule, List<String> warnings, ReadingProgress progress) {
        PhotosByClass found = PhotosByClass.of(photos, listing.bad());
        requireTrainable(found);
        PhotoFingerprints fingerprints = PhotoFingerprints.read(found.all(), progress);
        PhotosByClass classes = found.without(fingerprints.bad());
        requireTrainable(classes);
        List<String> names = classes.names();
        TrainingSplit split = TrainingSplit.divided(this, names, classes.label(names), fingerprints.hashes(), rule);
        warnings.addAll(split.warnings());
        return new Dataset(names, split.train(), split.validation(), true, listing.counts(), classes.bad(), warnings);
    }

    @Override
    public final Dataset forFolds(Optional<GroupPattern> groups) {
        Map<SplitPart, List<ListedPhoto>> parts = listing().parts();
        List<String> warnings = new ArrayList<>(listing().warnings());
        List<ListedPhoto> photos = listing().photos();
        if (!parts.isEmpty()) {
            photos = trainingPart(parts);
            if (parts.containsKey(SplitPart.VAL)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + place + "' is already split (" + names(parts)
                                + "), but --folds splits the photos itself; give only the training photos, or omit "
                                + "--folds.");
            }
            Optional<List<ListedPhoto>> test = Optional.ofNullable(parts.get(SplitPart.TEST));
            boolean tests = test.isPresent() && sharesClasses(photos, test.get());
            warnOfTest(test, tests, tests, warnings);
        }
        PhotosByClass classes = PhotosByClass.of(photos, listing.bad());
        requireTrainable(classes);
        List<LabeledPhoto> labeled = classes.label(classes.names());
        groups.ifPresent(pattern ->
                warnings.addAll(PhotoGroups.of(pattern, this, labeled).warnings(pattern, labeled)));
        return new Dataset(classes.names(), labeled, List.of(), false, listing.counts(), classes.bad(), warnings);
    }

    @Override
    public final Dataset forEvaluation(Optional<SplitPart> part) {
        List<ListedPhoto> photos = evaluated(part)
                .map(chosen -> listing().parts().get(chosen))
                .orElse(listing().photos());
        PhotosByClass classes = PhotosByClass.of(photos, listing.bad());
        List<String> warnings = new ArrayList<>(listing.warnings());
        long unlabeled =
                photos.stream().filter(photo -> photo.label().isEmpty()).count();
        if (unlabeled > 0) {
            warnings.add("Not evaluated, because they have no class: " + unlabeled + " photos.");
        }
        TrainingSplit.warnOfClassesWithout("photos", classes.emptyClasses(), warnings);
        List<LabeledPhoto> labeled = classes.label(classes.names());
        if (labeled.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + evaluatedPart(part)
                            + "' has no usable photos with a class; add some, or use another --split.");
        }
        return new Dataset(classes.names(), List.of(), labeled, false, listing.counts(), classes.bad(), warnings);
    }

    /** The source, and the part in brackets if it is split, such as {@code labels.csv (val)}. */
    @Override
    public final String evaluatedPart(Optional<SplitPart> part) {
        return place + evaluated(part).map(chosen -> " (" + chosen + ")").orElse("");
    }

    /** The part to evaluate; nothing if the source is not split. */
    private Optional<SplitPart> evaluated(Optional<SplitPart> wanted) {
        Map<SplitPart, List<ListedPhoto>> parts = listing().parts();
        if (wanted.isPresent()) {
            if (!parts.containsKey(wanted.get())) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + place + "' has no " + wanted.get().photos() + " photos"
                                + (parts.isEmpty() ? "" : " but " + names(parts))
                                + "; use another --split, or omit it.");
            }
            return wanted;
        }
        Set<SplitPart> labeled = new HashSet<>();
        parts.forEach((part, photos) -> {
            if (photos.stream().anyMatch(photo -> photo.label().isPresent())) {
                labeled.add(part);
            }
        });
        return List.of(SplitPart.VAL, SplitPart.TEST, SplitPart.TRAIN).stream()
                .filter(labeled::contains)
                .findFirst();
    }
}

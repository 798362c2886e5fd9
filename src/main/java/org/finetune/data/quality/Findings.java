package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.finetune.data.quality.Finding.Kind;

/** Judges the figures of a report. */
final class Findings {
    /** Training photos below which a class is tiny. */
    static final int TINY = 20;
    /** How many times the training photos of the smallest class the largest may have. */
    static final int MAX_RATIO = 5;
    /** Share of small photos from which on they are mentioned. */
    private static final double SMALL_SHARE = 0.1;

    private static final int NAMES_SHOWN = 5;

    private final DataCheck check;
    private final List<ClassCount> classes;
    private final List<DuplicateGroup> duplicates;
    private final ImageSizes sizes;
    private final int severalPages;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Begins without findings.
     *
     * @param sizes as a report has them
     * @param severalPages number of photos with several pages
     */
    Findings(
            DataCheck check,
            List<ClassCount> classes,
            List<DuplicateGroup> duplicates,
            ImageSizes sizes,
            int severalPages) {
        this.check = check;
        this.classes = classes;
        this.duplicates = duplicates;
        this.sizes = sizes;
        this.severalPages = severalPages;
    }

    /**
     * All findings, errors first.
     *
     * @param bad number of files that cannot be used
     * @param tooManyBad whether training would refuse so many
     */
    List<Finding> of(int bad, boolean tooManyBad) {
        addMissing();
        addBad(bad, tooManyBad);
        addCopies();
        addLike();
        addClassSizes();
        addSplit();
        addSmallPhotos();
        addSeveralPages();
        findings.sort(Comparator.comparing(Finding::severity));
        return findings;
    }

    private void addMissing() {
        List<String> untrained = classes.stream()
                .filter(c -> c.train() == 0)
                .map(ClassCount::name)
                .toList();
        if (!untrained.isEmpty()) {
            error(Kind.MISSING_IMAGES, untrained.size(), "No training photo is usable for " + names(untrained) + ".");
        }
        if (!check.crossValidated() && classes.stream().allMatch(c -> c.validation() == 0)) {
            error(Kind.MISSING_IMAGES, 1, "No validation photo is usable.");
        }
    }

    private void addBad(int bad, boolean tooMany) {
        if (bad > 0) {
            String message = number(bad, "file") + " cannot be used and "
                    + (tooMany
                            ? "training would refuse that many (--max-bad-fraction, --strict)."
                            : (bad == 1 ? "is" : "are") + " skipped.");
            findings.add(new Finding(tooMany ? Severity.ERROR : Severity.WARNING, Kind.BAD_FILES, bad, message));
        }
    }

    private void addCopies() {
        int classesDiffer = count(group -> group.exact() && group.acrossClasses());
        if (classesDiffer > 0) {
            error(
                    Kind.COPIES_IN_TWO_CLASSES,
                    classesDiffer,
                    number(classesDiffer, "photo")
                            + " with copies in different classes; at most one of the labels is right.");
        }
        int splitsDiffer = count(group -> group.exact() && group.acrossSplits());
        if (splitsDiffer > 0) {
            error(
                    Kind.COPIES_IN_TRAIN_AND_VALIDATION,
                    splitsDiffer,
                    number(splitsDiffer, "photo")
                            + " both in training and validation; validation accuracy overstates the model.");
        }
        int others = count(group -> group.exact() && !group.acrossClasses() && !group.acrossSplits());
        if (others > 0) {
            warning(
                    Kind.COPIES_IN_A_CLASS,
                    others,
                    number(others, "photo") + " with copies in the same class count several times.");
        }
    }

    private void addLike() {
        int classesDiffer = count(group -> !group.exact() && group.acrossClasses());
        if (classesDiffer > 0) {
            warning(
                    Kind.LIKE_IN_TWO_CLASSES,
                    classesDiffer,
                    number(classesDiffer, "group")
                            + " of photos that look alike in different classes; check their labels.");
        }
        int splitsDiffer = count(group -> !group.exact() && group.acrossSplits());
        if (splitsDiffer > 0) {
            warning(
                    Kind.LIKE_IN_TRAIN_AND_VALIDATION,
                    splitsDiffer,
                    number(splitsDiffer, "group")
                            + " of photos that look alike both in training and validation; "
                            + (check.divided()
                                    ? "training leaves out those on one side."
                                    : "validation accuracy may overstate the model."));
        }
        int others = count(group -> !group.exact() && !group.acrossClasses() && !group.acrossSplits());
        if (others > 0) {
            warning(
                    Kind.LIKE_IN_A_CLASS,
                    others,
                    number(others, "group") + " of photos that look alike in the same class.");
        }
    }

    private void addClassSizes() {
        List<String> tiny = classes.stream()
                .filter(c -> c.train() > 0 && c.train() < TINY)
                .map(ClassCount::name)
                .toList();
        if (!tiny.isEmpty()) {
            warning(
                    Kind.TINY_CLASS,
                    tiny.size(),
                    "Fewer than " + TINY + " training photos of " + names(tiny) + "; add some.");
        }
        ClassCount smallest =
                classes.stream().min(Comparator.comparingInt(ClassCount::train)).orElseThrow();
        ClassCount largest =
                classes.stream().max(Comparator.comparingInt(ClassCount::train)).orElseThrow();
        if (smallest.train() > 0 && largest.train() > MAX_RATIO * smallest.train()) {
            warning(
                    Kind.IMBALANCE,
                    1,
                    "'" + largest.name() + "' has " + largest.train() + " training photos and '" + smallest.name()
                            + "' only " + smallest.train()
                            + (check.weighted()
                                    ? ", which --class-weights auto compensates."
                                    : "; consider --class-weights auto."));
        }
    }

    private void addSplit() {
        int train = classes.stream().mapToInt(ClassCount::train).sum();
        int validation = classes.stream().mapToInt(ClassCount::validation).sum();
        if (train < validation) {
            warning(
                    Kind.SMALL_TRAINING_SET,
                    train,
                    number(train, "training photo") + " for " + number(validation, "validation photo")
                            + ": most photos should be for training; check whether the directories are swapped.");
        }
    }

    private void addSmallPhotos() {
        int photos = classes.stream().mapToInt(c -> c.train() + c.validation()).sum();
        if (sizes != null && sizes.small() > SMALL_SHARE * photos) {
            warning(
                    Kind.SMALL_PHOTOS,
                    sizes.small(),
                    number(sizes.small(), "photo") + " of " + photos
                            + " with a side shorter than half of the network's input; consider a smaller --size.");
        }
    }

    private void addSeveralPages() {
        if (severalPages > 0) {
            warning(
                    Kind.SEVERAL_PAGES,
                    severalPages,
                    number(severalPages, "photo")
                            + " with several pages, of which only the first is used; save the others as files of their own.");
        }
    }

    private int count(Predicate<DuplicateGroup> wanted) {
        return Math.toIntExact(duplicates.stream().filter(wanted).count());
    }

    private void error(Kind kind, int count, String message) {
        findings.add(new Finding(Severity.ERROR, kind, count, message));
    }

    private void warning(Kind kind, int count, String message) {
        findings.add(new Finding(Severity.WARNING, kind, count, message));
    }

    private static String number(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String names(List<String> names) {
        String shown =
                names.stream().limit(NAMES_SHOWN).map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return names.size() > NAMES_SHOWN ? shown + " and " + (names.size() - NAMES_SHOWN) + " more" : shown;
    }
}

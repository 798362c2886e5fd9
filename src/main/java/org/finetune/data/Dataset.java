package org.finetune.data;

import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Labelled photos, split into training and validation, and perhaps some that are kept for a test.
 *
 * @param classes names of the classes in the order of their labels: sorted by code point
 * @param train training photos, by class and within it by path; empty where photos are only evaluated
 * @param validation validation photos, likewise
 * @param divided whether the photos of a source that is not split itself were divided into the lists; then photos that
 *     turn out to look alike are not to be used in both
 * @param counts what was come across
 * @param bad what cannot be read, which are in neither list
 * @param warnings what the user should know, one sentence each
 * @param test photos that nothing is trained on or chosen by, likewise
 */
public record Dataset(
        List<String> classes,
        List<LabeledPhoto> train,
        List<LabeledPhoto> validation,
        boolean divided,
        ScanCounts counts,
        List<BadPhoto> bad,
        List<String> warnings,
        List<LabeledPhoto> test) {

    private static final int NAMES_SHOWN = 20;

    public Dataset {
        classes = List.copyOf(classes);
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        bad = List.copyOf(bad);
        warnings = List.copyOf(warnings);
        test = List.copyOf(test);
    }

    /** Photos none of which are kept for a test. */
    public Dataset(
            List<String> classes,
            List<LabeledPhoto> train,
            List<LabeledPhoto> validation,
            boolean divided,
            ScanCounts counts,
            List<BadPhoto> bad,
            List<String> warnings) {
        this(classes, train, validation, divided, counts, bad, warnings, List.of());
    }

    /** The photos of both lists, training photos first. */
    public List<LabeledPhoto> all() {
        return Stream.concat(train.stream(), validation.stream()).toList();
    }

    /** Number of photos in both lists. */
    public int photos() {
        return train.size() + validation.size();
    }

    /** What there is, such as "2 classes (cat, dog), 80 training and 20 validation photos", or "100 photos" undivided. */
    public String description() {
        return classes.size() + " classes (" + names(classes) + "), "
                + (validation.isEmpty()
                        ? train.size() + " photos"
                        : train.size() + " training and " + validation.size() + " validation photos")
                + (test.isEmpty() ? "" : "; " + test.size() + " more are set aside for a test");
    }

    /** The same photos where all are trained on and validated with in turns: both lists have all. */
    public Dataset crossValidated() {
        return new Dataset(classes, train, train, false, counts, bad, warnings, test);
    }

    /** The photos that are kept for a test, to be evaluated. */
    public Dataset testPart() {
        return new Dataset(classes, List.of(), test, false, counts, List.of(), List.of());
    }

    /**
     * Checks the number of classes.
     *
     * @throws FinetuneException with {@link ExitCode#DATA}, naming the classes, if there are more or fewer
     */
    public void requireClasses(int expected) {
        if (classes.size() != expected) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "--classes " + expected + " was given, but the data has " + classes.size() + " classes: "
                            + names(classes) + "; correct the number or the folders.");
        }
    }

    /**
     * Checks that there is something to validate with.
     *
     * @throws FinetuneException with {@link ExitCode#DATA}, saying how many photos are needed, if not
     */
    public void requireValidation() {
        if (validation.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No class has a photo to spare for validation. A class needs at least 2 different photos, "
                            + "one for training and one for validation; 20 or more are better. Add photos.");
        }
    }

    /** A list of names for a message, cut where it gets long. */
    static String names(List<String> names) {
        if (names.size() <= NAMES_SHOWN) {
            return String.join(", ", names);
        }
        return String.join(", ", names.subList(0, NAMES_SHOWN)) + " and " + (names.size() - NAMES_SHOWN) + " more";
    }
}

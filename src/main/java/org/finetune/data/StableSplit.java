package org.finetune.data;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Divides the contents of classes between training and validation by their hash, as TensorFlow's {@code retrain.py}
 * does by name. A content is validated if its hash, read as a fraction of the largest hash, is below the share of
 * validation photos. This depends on the content alone: it stays on its side when files are added, removed, renamed
 * or copied to another class, and each class is divided in about the same proportion.
 *
 * <p>Small classes need exceptions, for every class must have something to train on and, if it has two contents, to
 * validate: a class that is validated whole gives the content with the highest hash to training; one that is trained
 * whole gives the one with the lowest hash to validation, unless that would leave a class it also lies in without
 * training photos. Such a content goes back to its own side once added files make the exception needless; no rule
 * that sees only the files could promise more, as of any two of three contents one would have to be validated.
 */
final class StableSplit {
    private static final int FRACTION_HEX_DIGITS = 13;

    private final double validationShare;
    private final List<? extends Set<String>> classes;
    private final Set<String> validation = new HashSet<>();

    private StableSplit(List<? extends Set<String>> classes, double validationShare) {
        this.classes = classes;
        this.validationShare = validationShare;
    }

    /**
     * Chooses the contents to validate.
     *
     * @param classes SHA-256 of the contents of each class, in hexadecimal
     * @param validationShare share of validation photos, in (0, 1)
     */
    static Set<String> validation(List<? extends Set<String>> classes, double validationShare) {
        StableSplit split = new StableSplit(classes, validationShare);
        split.divide();
        return split.validation;
    }

    private void divide() {
        for (Set<String> contents : classes) {
            contents.stream().filter(hash -> fraction(hash) < validationShare).forEach(validation::add);
        }
        for (Set<String> contents : classes) {
            if (validation.containsAll(contents)) {
                contents.stream().max(Comparator.naturalOrder()).ifPresent(validation::remove);
            }
        }
        for (Set<String> contents : classes) {
            if (contents.size() > 1 && contents.stream().noneMatch(validation::contains)) {
                contents.stream().sorted().filter(this::canBeSpared).findFirst().ifPresent(validation::add);
            }
        }
    }

    /** Whether every class has a training photo besides this one. */
    private boolean canBeSpared(String hash) {
        return classes.stream().filter(contents -> contents.contains(hash)).allMatch(contents -> contents.stream()
                .anyMatch(other -> !other.equals(hash) && !validation.contains(other)));
    }

    /** The hash as a number in [0, 1): its first 52 bits, which a double holds exactly. */
    static double fraction(String hash) {
        return Long.parseLong(hash.substring(0, FRACTION_HEX_DIGITS), 16) * 0x1p-52;
    }
}

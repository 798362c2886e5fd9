package org.finetune.data.quality;

/**
 * Something about the data that the user should know.
 *
 * @param severity how bad it is
 * @param kind what it is
 * @param count number of photos, groups of photos or classes that it concerns
 * @param message one sentence with the consequence or the remedy
 */
public record Finding(Severity severity, Kind kind, int count, String message) {

    /** What is looked for. */
    public enum Kind {
        /** A class without training photos that can be used, or no validation photos at all. */
        MISSING_IMAGES,
        /** Files that cannot be used. */
        BAD_FILES,
        /** The very same file in two classes. */
        COPIES_IN_TWO_CLASSES,
        /** The very same file in training and validation. */
        COPIES_IN_TRAIN_AND_VALIDATION,
        /** The very same file twice in one class and in one split. */
        COPIES_IN_A_CLASS,
        /** Photos that look alike in two classes. */
        LIKE_IN_TWO_CLASSES,
        /** Photos that look alike in training and validation. */
        LIKE_IN_TRAIN_AND_VALIDATION,
        /** Photos that look alike in one class and in one split. */
        LIKE_IN_A_CLASS,
        /** Classes of very different size. */
        IMBALANCE,
        /** Classes with few training photos. */
        TINY_CLASS,
        /** Fewer training than validation photos. */
        SMALL_TRAINING_SET,
        /** Photos that are much smaller than the network's input. */
        SMALL_PHOTOS,
        /** Photos that are the first page of several. */
        SEVERAL_PAGES,
        /** Something about how the directories are laid out. */
        FOLDERS
    }
}

package org.finetune.data;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A part of photos that are divided already. */
public enum SplitPart {
    TRAIN("train(?:ing)?|trn", "training"),
    VAL("val(?:id|idat(?:e|ion|ing))?|dev(?:el(?:opment)?)?|eval(?:uation)?", "validation"),
    TEST("test(?:ing)?|tst", "test");

    private final String words;
    private final String photos;

    SplitPart(String words, String photos) {
        this.words = words;
        this.photos = photos;
    }

    /** The part that a word such as "validation" stands for, in capital letters or not; nothing for other words. */
    public static Optional<SplitPart> of(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return Stream.of(values()).filter(part -> lower.matches(part.words)).findFirst();
    }

    /** A regular expression of the words by which directories are known to be this part. */
    String words() {
        return words;
    }

    /** What its photos are called, such as "validation". */
    public String photos() {
        return photos;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

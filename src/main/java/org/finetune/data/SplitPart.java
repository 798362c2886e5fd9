package org.finetune.data;

import java.util.Locale;

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

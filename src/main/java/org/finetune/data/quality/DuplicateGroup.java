package org.finetune.data.quality;

import java.util.List;

/**
 * Photos that are the same or look alike. The names of the components are those of the report's file.
 *
 * @param exact whether the files are the same to the last byte; else they only look alike
 * @param images two or more, by class and path
 */
public record DuplicateGroup(boolean exact, List<Member> images) {

    /**
     * A photo of the group.
     *
     * @param path id of the photo
     * @param className name of its class
     * @param side what it is used for
     */
    public record Member(String path, String className, Split side) {}

    public DuplicateGroup {
        images = List.copyOf(images);
    }

    /** Whether they are of different classes, so that one label at least is wrong or the classes overlap. */
    public boolean acrossClasses() {
        return images.stream().map(Member::className).distinct().count() > 1;
    }

    /** Whether a validation photo is one of the training photos, so that it measures memory and not skill. */
    public boolean acrossSplits() {
        return images.stream().map(Member::side).distinct().count() > 1;
    }
}

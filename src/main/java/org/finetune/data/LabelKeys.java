package org.finetune.data;

import java.util.List;

/** How columns and keys are called that hold the class of a photo. */
public final class LabelKeys {
    /** The names in small letters. Where there are several of them, the first counts: names say more than numbers. */
    public static final List<String> NAMES = List.of(
            "label_name",
            "class_name",
            "category_name",
            "label",
            "class",
            "category",
            "choice",
            "target",
            "labels",
            "classes",
            "tags");

    private LabelKeys() {}
}

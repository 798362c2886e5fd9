package org.finetune.data;

/** Kind of augmentation of the training photos. */
public enum Augment {
    /** The photo as it is. */
    NONE,
    /** The photo and its mirror image. */
    FLIP,
    /** Random resized crop, mirroring and a small change of colour. */
    STANDARD
}

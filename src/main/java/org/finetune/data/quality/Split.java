package org.finetune.data.quality;

/** What an image is used for. */
public enum Split {
    TRAIN,
    VALIDATION
}

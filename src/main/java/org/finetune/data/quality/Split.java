package org.finetune.data.quality;

/** What a photo is used for. */
public enum Split {
    TRAIN,
    VALIDATION
}

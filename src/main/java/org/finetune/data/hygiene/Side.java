package org.finetune.data.hygiene;

/** What an image is used for. */
public enum Side {
    TRAIN,
    VALIDATION
}

package org.finetune.data.quality;

/** How bad a finding is. */
public enum Severity {
    /** The data contradict themselves, or figures measured on them would be wrong. */
    ERROR,
    /** Worth a look; training on it can still be right. */
    WARNING
}

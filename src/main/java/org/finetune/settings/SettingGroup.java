package org.finetune.settings;

/** The headings under which the help shows the settings, in its order. */
public enum SettingGroup {
    PHOTOS("Photos"),
    NETWORK("Network"),
    TRAINING("Training"),
    RUN("Run");

    private final String title;

    SettingGroup(String title) {
        this.title = title;
    }

    /** The heading. */
    public String title() {
        return title;
    }
}

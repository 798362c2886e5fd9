package org.finetune.settings;

import java.util.List;

/**
 * What of a run a setting decides about, in the order of the work. Runs that agree in the settings of a scope and of those
 * before it do the same there.
 */
public enum Scope {
    /** The photos, the process and the output, which are the same for all trials of a sweep. */
    RUN,
    /** The pass of the frozen layers over all photos. */
    FEATURES,
    /** Phase 1. */
    HEAD,
    /** Phase 2. */
    FINE_TUNING;

    /** The settings that decide about this and nothing before it. */
    public List<Setting<?>> settings() {
        return Setting.all().stream().filter(setting -> setting.scope() == this).toList();
    }
}

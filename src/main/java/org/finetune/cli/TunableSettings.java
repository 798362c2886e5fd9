package org.finetune.cli;

import java.util.List;
import java.util.Set;
import org.finetune.settings.Setting;

/** The settings of commands that train to find out about settings. */
final class TunableSettings {
    /** What is about the files of a single run. */
    private static final Set<Setting<?>> OF_A_RUN = Set.of(Setting.OUT, Setting.CHECKPOINT_MINUTES, Setting.TIME_LIMIT);

    private TunableSettings() {}

    static List<Setting<?>> of() {
        return Setting.all().stream()
                .filter(setting -> !OF_A_RUN.contains(setting))
                .toList();
    }
}

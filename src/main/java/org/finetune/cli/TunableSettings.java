package org.finetune.cli;

import java.util.List;
import java.util.Set;
import org.finetune.settings.Setting;

/** The settings of commands that train to find out about settings. */
final class TunableSettings {
    /** What is about a single run: its files, its time, and how it is validated. */
    private static final Set<Setting<?>> OF_A_RUN =
            Set.of(Setting.OUT, Setting.CHECKPOINT_MINUTES, Setting.TIME_LIMIT, Setting.FOLDS);

    private TunableSettings() {}

    static List<Setting<?>> of() {
        return Setting.all().stream()
                .filter(setting -> !OF_A_RUN.contains(setting))
                .toList();
    }
}

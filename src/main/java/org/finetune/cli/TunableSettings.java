package org.finetune.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;

/** The settings of commands that train to find out about settings. */
final class TunableSettings {
    /** What is about a single run: its files, its time, and how it is validated. */
    private static final Set<Setting<?>> OF_A_RUN =
            Set.of(Setting.OUT, Setting.CHECKPOINT_MINUTES, Setting.TIME_LIMIT, Setting.FOLDS);

    /** What of that changes how a run trains, and may be in a configuration file. */
    private static final List<Setting<? extends Optional<?>>> WITHOUT_EFFECT =
            List.of(Setting.FOLDS, Setting.TIME_LIMIT);

    private TunableSettings() {}

    static List<Setting<?>> of() {
        return Setting.all().stream()
                .filter(setting -> !OF_A_RUN.contains(setting))
                .toList();
    }

    /**
     * Takes what is about a single run out of the settings, with one warning if the user has chosen any of it.
     *
     * @param options where the settings are from
     * @param values all settings, some of which are replaced
     * @param command name of the command on which that has no effect
     */
    static void leaveOut(SettingOptions options, SettingValues values, String command, Consumer<String> warnings) {
        SettingValues chosen = options.chosen();
        List<String> given = WITHOUT_EFFECT.stream()
                .filter(setting ->
                        chosen.get(setting) != null && chosen.get(setting).isPresent())
                .map(Setting::key)
                .toList();
        if (!given.isEmpty()) {
            warnings.accept(String.join(" and ", given) + " in the --config file "
                    + (given.size() == 1 ? "has" : "have") + " no effect on 'finetune " + command + "'");
        }
        values.put(Setting.FOLDS, Optional.empty());
        values.put(Setting.TIME_LIMIT, Optional.empty());
    }
}

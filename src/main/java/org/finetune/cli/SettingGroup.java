package org.finetune.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.settings.Setting;

/** Under which heading the help shows a setting. A setting that no group names is in the last one. */
enum SettingGroup {
    PHOTOS(
            "Photos",
            Setting.DATA,
            Setting.CLASSES,
            Setting.VAL_SPLIT,
            Setting.MAX_BAD_FRACTION,
            Setting.STRICT,
            Setting.MAX_PIXELS,
            Setting.AUGMENT,
            Setting.VIEWS),
    NETWORK("Network", Setting.ALPHA, Setting.SIZE, Setting.WEIGHTS, Setting.OFFLINE),
    TRAINING(
            "Training",
            Setting.UNFREEZE,
            Setting.HEAD_EPOCHS,
            Setting.EPOCHS,
            Setting.HEAD_LR,
            Setting.LR,
            Setting.BATCH_SIZE,
            Setting.DROPOUT,
            Setting.LABEL_SMOOTHING,
            Setting.CLASS_WEIGHTS,
            Setting.PATIENCE,
            Setting.SEED),
    RUN(
            "Run",
            Setting.OUT,
            Setting.CHECKPOINT_MINUTES,
            Setting.CACHE,
            Setting.ENGINE,
            Setting.BACKEND,
            Setting.THREADS);

    private final String title;
    private final List<Setting<?>> settings;

    SettingGroup(String title, Setting<?>... settings) {
        this.title = title;
        this.settings = List.of(settings);
    }

    String title() {
        return title;
    }

    static SettingGroup of(Setting<?> setting) {
        return Arrays.stream(values())
                .filter(group -> group.settings.contains(setting))
                .findFirst()
                .orElse(RUN);
    }

    /** Some settings by group, without groups that have none of them. */
    static Map<SettingGroup, List<Setting<?>>> group(List<Setting<?>> settings) {
        Map<SettingGroup, List<Setting<?>>> groups = new LinkedHashMap<>();
        for (SettingGroup group : values()) {
            List<Setting<?>> members =
                    settings.stream().filter(setting -> of(setting) == group).toList();
            if (!members.isEmpty()) {
                groups.put(group, members);
            }
        }
        return groups;
    }
}

package org.finetune.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune.settings.Setting;

/**
 * The stages of a run, with the settings that act on them first. Runs that agree in the settings of a stage and of those
 * before it do the same in it.
 */
public enum Stage {
    /** The pass of the frozen layers over all images. */
    FEATURES(Setting.WEIGHTS, Setting.ALPHA, Setting.SIZE, Setting.AUGMENT, Setting.VIEWS, Setting.ENGINE),
    /** Phase 1. */
    HEAD(
            Setting.SEED,
            Setting.BATCH_SIZE,
            Setting.DROPOUT,
            Setting.LABEL_SMOOTHING,
            Setting.CLASS_WEIGHTS,
            Setting.PATIENCE,
            Setting.HEAD_EPOCHS,
            Setting.HEAD_LR),
    /** Phase 2. */
    FINE_TUNE(Setting.UNFREEZE, Setting.EPOCHS, Setting.LR);

    private final List<Setting<?>> settings;

    Stage(Setting<?>... settings) {
        this.settings = List.of(settings);
    }

    /** The settings that act on this stage and on none before it. */
    public List<Setting<?>> settings() {
        return settings;
    }

    /** The stage that a setting acts on first; nothing for those of the photos, the process and the output. */
    public static Optional<Stage> of(Setting<?> setting) {
        return Arrays.stream(values())
                .filter(stage -> stage.settings.contains(setting))
                .findFirst();
    }
}

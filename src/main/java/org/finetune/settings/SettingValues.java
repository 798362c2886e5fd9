package org.finetune.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Values for some of the settings, from one source or from several laid over each other. */
public final class SettingValues {
    private final Map<Setting<?>, Object> values = new HashMap<>();

    /** The built-in defaults. Their paths start from the installation directory. */
    static SettingValues defaults(Path home) {
        SettingValues defaults = new SettingValues();
        for (Setting<?> setting : Setting.all()) {
            if (setting.defaultValue() != null) {
                defaults.parse(setting, setting.defaultText(), home);
            }
        }
        return defaults;
    }

    public <T> void put(Setting<T> setting, T value) {
        values.put(setting, value);
    }

    /** Reads and puts a value; see {@link ValueType#parse}. */
    public <T> void parse(Setting<T> setting, String text, Path base) {
        put(setting, setting.type().parse(text, base));
    }

    /** Makes a setting absent, even if a source of lower precedence has it. */
    void clear(Setting<?> setting) {
        values.put(setting, null);
    }

    /** The same values, to be changed by themselves. */
    public SettingValues copy() {
        SettingValues copy = new SettingValues();
        copy.override(this);
        return copy;
    }

    /** Takes over all values of a source of higher precedence. */
    void override(SettingValues higher) {
        values.putAll(higher.values);
    }

    /** The value, or null if the setting is absent. */
    @SuppressWarnings("unchecked") // put() admits only values of the setting's type.
    public <T> T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** All settings of a run; this needs a value for each that has a default. */
    public TrainSettings toTrainSettings() {
        return new TrainSettings(
                get(Setting.DATA),
                get(Setting.OUT),
                get(Setting.CLASSES),
                get(Setting.VAL_SPLIT),
                get(Setting.MAX_BAD_FRACTION),
                get(Setting.STRICT),
                get(Setting.MAX_PIXELS),
                get(Setting.ALPHA),
                get(Setting.SIZE),
                get(Setting.WEIGHTS),
                get(Setting.OFFLINE),
                get(Setting.UNFREEZE),
                get(Setting.HEAD_EPOCHS),
                get(Setting.EPOCHS),
                get(Setting.HEAD_LR),
                get(Setting.LR),
                get(Setting.BATCH_SIZE),
                get(Setting.DROPOUT),
                get(Setting.LABEL_SMOOTHING),
                get(Setting.CLASS_WEIGHTS),
                get(Setting.PATIENCE),
                get(Setting.AUGMENT),
                get(Setting.VIEWS),
                get(Setting.CHECKPOINT_MINUTES),
                get(Setting.CACHE),
                get(Setting.SEED),
                get(Setting.ENGINE),
                get(Setting.BACKEND),
                get(Setting.THREADS),
                get(Setting.REPORT));
    }
}

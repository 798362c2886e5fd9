package org.finetune.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendOptions;
import org.finetune.settings.TrainSettings.HeadMethod;

/** Values for some of the settings, from one source or from several laid over each other. */
public final class SettingValues {
    private final Map<Setting<?>, Object> values = new HashMap<>();

    /** The built-in defaults. Their paths start from the installation directory. */
    static SettingValues defaults(Path home) {
        SettingValues defaults = new SettingValues();
        for (Setting<?> setting : Setting.all()) {
            if (setting.isOptional()) {
                defaults.clear(setting);
            } else {
                defaults.parse(setting, setting.defaultText(), home);
            }
        }
        return defaults;
    }

    /** Puts a value in place of the one that there is. */
    public <T> void put(Setting<T> setting, T value) {
        values.put(setting, value);
    }

    /** Reads and puts a value; see {@link ValueType#parse}. */
    public <T> void parse(Setting<T> setting, String text, Path base) {
        put(setting, setting.type().parse(text, base));
    }

    /** Makes an optional setting absent, even if a source of lower precedence has it. */
    void clear(Setting<?> setting) {
        values.put(setting, Optional.empty());
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

    /** The value, or null if no source has said anything about the setting. */
    @SuppressWarnings("unchecked") // put() admits only values of the setting's type.
    public <T> T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** What networks are executed on; this needs a value for each setting of it. */
    public BackendOptions backend() {
        return new BackendOptions(get(Setting.BACKEND), get(Setting.DEVICE), get(Setting.THREADS));
    }

    /**
     * All settings of a run; this needs a value for each.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if two of them contradict each other
     */
    public TrainSettings toTrainSettings() {
        TrainSettings settings = new TrainSettings(values);
        boolean solved = settings.get(Setting.HEAD_SOLVER).orElse(null) == HeadMethod.LBFGS;
        for (Setting<?> setting : List.of(Setting.HEAD_EPOCHS, Setting.HEAD_LR)) {
            if (solved && values.get(setting) instanceof Optional<?> value && value.isPresent()) {
                throw new FinetuneException(
                        ExitCode.USAGE,
                        setting.option() + " applies to Adam, but --head-solver is lbfgs; remove one of them.");
            }
        }
        if (settings.get(Setting.TEST_SPLIT) > 0
                && settings.get(Setting.TIME_LIMIT).isPresent()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--test-split and --time-limit cannot be combined because the test comes after the "
                            + "training; remove one of them.");
        }
        return settings;
    }
}

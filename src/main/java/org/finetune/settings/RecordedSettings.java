package org.finetune.settings;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a run's {@code config.yaml} says.
 *
 * @param values all settings but the run directory; those that the file lacks are absent or have their built-in default
 * @param provenance what the run was made from
 */
public record RecordedSettings(SettingValues values, Map<String, String> provenance) {

    /**
     * Reads the file. Unlike with {@code --config}, no other file counts.
     *
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#USAGE} if it cannot be read or is wrong
     */
    public static RecordedSettings read(Path file) {
        SettingsFile read = SettingsFile.load(file, Path.of(""));
        SettingValues values = SettingValues.defaults(Path.of(""));
        values.override(read.values());
        return new RecordedSettings(values, read.provenance());
    }
}

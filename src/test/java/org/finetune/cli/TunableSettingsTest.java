package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class TunableSettingsTest {
    @TempDir
    private Path directory;

    /** What is said about a configuration file. */
    private List<String> warnings(String... lines) throws IOException {
        Path file = directory.resolve("settings.yaml");
        Files.write(file, List.of(lines));
        CommandSpec spec = CommandSpec.create();
        SettingOptions options = SettingOptions.add(spec, TunableSettings.of());
        new CommandLine(spec).parseArgs("--config", file.toString());
        SettingValues values = options.resolve();
        List<String> warnings = new ArrayList<>();
        TunableSettings.leaveOut(options, values, "sweep", warnings::add);
        assertEquals(Optional.empty(), values.get(Setting.FOLDS));
        assertEquals(Optional.empty(), values.get(Setting.TIME_LIMIT));
        return warnings;
    }

    @Test
    void settingsWithoutEffectAreNamedInOneWarning() throws IOException {
        assertEquals(
                List.of("folds and time-limit in the --config file have no effect on 'finetune sweep'"),
                warnings("folds: 5", "time-limit: 5m", "epochs: 3"));
        assertEquals(List.of("folds in the --config file has no effect on 'finetune sweep'"), warnings("folds: 5"));
        assertEquals(List.of(), warnings("folds:", "epochs: 3"));
    }
}

package org.finetune.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.finetune.run.RunDirectory;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.train.FinishedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {

    @TempDir
    private Path directory;

    @Test
    void whatGoesWrongIsAWarning() {
        SettingValues settings = SettingsLoader.ofInstallation().load(null, new SettingValues());
        FinishedRun broken = new FinishedRun(
                new RunDirectory(directory),
                settings.toTrainSettings(),
                Map.of(),
                null,
                List.of(),
                null,
                List.of(),
                null);
        List<String> warnings = new ArrayList<>();
        new RunReport(warnings::add).write(broken);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith("The report could not be written: "), warnings.get(0));
    }
}

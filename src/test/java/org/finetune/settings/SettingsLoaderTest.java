package org.finetune.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.HomeDirectory;
import org.finetune.data.Augment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    private static final SettingValues NOTHING = new SettingValues();
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir
    private Path home;

    @Test
    void shippedFileGivesEverySettingItsBuiltInDefault() {
        Path shipped = PROJECT.resolve("config/finetune.yaml");
        SettingValues values = SettingsFile.read(shipped, home);
        for (Setting<?> setting : Setting.all()) {
            assertEquals(SettingValues.defaults(home).get(setting), values.get(setting), setting.key());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"head-epochs: 3", "head-lr: 0.01"})
    void solvedHeadsHaveNoEpochsAndNoRate(String setting) throws IOException {
        SettingValues values = load("head-solver: lbfgs\n" + setting + "\n");
        FinetuneException failure = assertThrows(FinetuneException.class, values::toTrainSettings);
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertEquals(
                "--" + setting.replaceFirst(":.*", "")
                        + " applies to Adam, but --head-solver is lbfgs; remove one of them.",
                failure.getMessage());
    }

    @Test
    void commandLineComesBeforeConfigBeforeShippedFileBeforeDefaults() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/finetune.yaml"), "epochs: 1\nlr: 0.1\nseed: 1\n");
        Path config = Files.writeString(home.resolve("mine.yaml"), "epochs: 2\nlr: 0.2\n");
        SettingValues commandLine = new SettingValues();
        commandLine.put(Setting.EPOCHS, Optional.of(3));

        TrainSettings settings =
                new SettingsLoader(home).load(config, commandLine).toTrainSettings();

        assertEquals(Optional.of(3), settings.get(Setting.EPOCHS));
        assertEquals(Optional.of(0.2), settings.get(Setting.LR));
        assertEquals(1, settings.get(Setting.SEED));
        assertEquals(32, settings.get(Setting.BATCH_SIZE));
    }

    @Test
    void relativePathsStartFromTheInstallationOnlyInItsOwnFile() throws IOException {
        Path config = Files.writeString(home.resolve("mine.yaml"), "out: runs/x\nweights: w.h5\n");
        TrainSettings settings = new SettingsLoader(home).load(config, NOTHING).toTrainSettings();
        assertEquals(home.resolve("data/sample"), settings.get(Setting.DATA));
        assertEquals(Optional.of(Path.of("runs/x")), settings.get(Setting.OUT));
        assertEquals("w.h5", settings.get(Setting.WEIGHTS));

        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/finetune.yaml"), "data: d\nweights: w.h5\n");
        settings = new SettingsLoader(home).load(null, NOTHING).toTrainSettings();
        assertEquals(home.resolve("d"), settings.get(Setting.DATA));
        assertEquals(home.resolve("w.h5").toString(), settings.get(Setting.WEIGHTS));
    }

    @Test
    void tildeIsTheHomeDirectory() throws IOException {
        TrainSettings settings = load("data: ~/photos\n").toTrainSettings();
        assertEquals(HomeDirectory.get().resolve("photos"), settings.get(Setting.DATA));
    }

    @Test
    void emptyValueMakesAnOptionalSettingAbsentAgain() throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/finetune.yaml"), "classes: 7\n");
        assertEquals(Optional.empty(), load("classes:\n").get(Setting.CLASSES));
    }

    @Test
    void writtenSettingsRepeatTheRun() throws IOException {
        Path config = Files.writeString(
                home.resolve("mine.yaml"),
                """
                data: photos
                out: runs/x
                classes: 5
                weights: some.h5
                unfreeze: all
                lr: 3e-5
                augment: standard
                strict: true
                seed: -9223372036854775808
                """);
        TrainSettings settings = new SettingsLoader(home).load(config, NOTHING).toTrainSettings();
        assertEquals(Unfreezing.of(Unfreezing.ALL), settings.get(Setting.UNFREEZE));
        assertEquals(Augment.STANDARD, settings.get(Setting.AUGMENT));

        Map<String, Object> provenance =
                Map.of("versions", Map.of("finetune", "1: #x"), "digests", List.of("abc"), "epochs", "not a number");
        Path written = Files.writeString(home.resolve("config.yaml"), SettingsWriter.toYaml(settings, provenance));
        TrainSettings repeated = new SettingsLoader(home).load(written, NOTHING).toTrainSettings();

        assertEquals(Optional.empty(), repeated.get(Setting.OUT));
        assertEquals(PROJECT.resolve("photos"), repeated.get(Setting.DATA));
        assertEquals(PROJECT.resolve("some.h5").toString(), repeated.get(Setting.WEIGHTS));
        for (Setting<?> setting : Setting.all()) {
            if (!List.of(Setting.OUT, Setting.DATA, Setting.WEIGHTS).contains(setting)) {
                assertEquals(settings.get(setting), repeated.get(setting), setting.key());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epoch: 3 | 1: unknown key 'epoch'; did you mean 'epochs'?",
                "head_epochs: 3 | 1: unknown key 'head_epochs'; did you mean 'head-epochs'?",
                "seed: 1;lrr: 3 | 2: unknown key 'lrr'; did you mean 'lr'?",
                "seed: 1;;epochs: ten | 3: epochs must be a whole number from 0 to 100000, not the text 'ten'",
                "epochs: '10' | 1: epochs must be a whole number from 0 to 100000, not the text '10'",
                "epochs: 1.5 | 1: epochs must be a whole number from 0 to 100000, not '1.5'",
                "epochs: -1 | 1: epochs must be a whole number from 0 to 100000, not '-1'",
                "batch-size: | 1: batch-size must be a whole number from 1 to 4096, not empty",
                "epochs: [1] | 1: epochs must be a whole number from 0 to 100000, not a list or a section",
                "epochs: {a: 1} | 1: epochs must be a whole number from 0 to 100000, not a list or a section",
                "lr: 0 | 1: lr must be a number greater than 0 and at most 10, not '0'",
                "lr: .nan | 1: lr must be a number greater than 0 and at most 10, not '.nan'",
                "dropout: 1 | 1: dropout must be a number of at least 0 and less than 1, not '1'",
                "val-split: 1 | 1: val-split must be a number greater than 0 and less than 1, not '1'",
                "max-bad-fraction: 1.5 | 1: max-bad-fraction must be a number from 0 to 1, not '1.5'",
                "alpha: 0.4 | 1: alpha must be one of 0.35, 0.5, 0.75, 1.0, 1.3, 1.4, not '0.4'",
                "size: 31 | 1: size must be a whole number from 32 to 1024, not '31'",
                "strict: yes | 1: strict must be true or false, not 'yes'",
                "augment: mirror | 1: augment must be one of none, flip, standard, not 'mirror'",
                "unfreeze: most | 1: unfreeze must be a whole number from 0 to 10000 or all, or several above 0 "
                        + "for as many stages, each larger than the one before (20,60,all), not 'most'",
                "data: 2024 | 1: data must be a path, not the number 2024 (put text in quotes)",
                "seed: 99999999999999999999 | 1: seed must be a whole number of at most 64 bits, not "
                        + "'99999999999999999999'",
            })
    void wrongFilesAreRefusedByLineAndKey(String content, String message) throws IOException {
        Path config = Files.writeString(home.resolve("mine.yaml"), content.replace(';', '\n'));
        FinetuneException e = assertThrows(FinetuneException.class, () -> SettingsFile.read(config, Path.of("")));
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertEquals(config + ":" + message, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a list",
                "- epochs: 3",
                "epochs: 3\nepochs: 4",
                "epochs: &x 3\nhead-epochs: *x",
                "epochs: !!int 3",
                "data: !!javax.script.ScriptEngineManager [x]",
                "epochs: 3\n---\nepochs: 4",
                "epochs: [",
                "epochs: 3\n  lr: 4",
                "provenance: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
                "\u0000",
                "\t",
            })
    void malformedFilesAreRefusedWithUsageError(String content) throws IOException {
        Path config = Files.writeString(home.resolve("mine.yaml"), content);
        FinetuneException e = assertThrows(FinetuneException.class, () -> SettingsFile.read(config, Path.of("")));
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().startsWith(config.toString()), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    @Test
    void unreadableFilesAreRefusedWithUsageError() throws IOException {
        Path binary = Files.write(home.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Path large = Files.writeString(home.resolve("large"), "#".repeat(2 << 20));
        for (Path config : List.of(home.resolve("absent"), home, binary, large)) {
            FinetuneException e = assertThrows(FinetuneException.class, () -> SettingsFile.read(config, Path.of("")));
            assertEquals(ExitCode.USAGE, e.exitCode());
            assertTrue(e.getMessage().startsWith(config + ": "), e.getMessage());
        }
    }

    @Test
    void endlessFilesAndLongValuesAreCutShort() throws IOException {
        FinetuneException endless =
                assertThrows(FinetuneException.class, () -> SettingsFile.read(Path.of("/dev/zero"), Path.of("")));
        assertEquals("/dev/zero: cannot be read: larger than 1048576 bytes", endless.getMessage());
        for (String content : List.of(
                "x".repeat(500_000) + ": 1",
                "epochs: " + "x".repeat(500_000),
                "epochs: " + "1".repeat(900),
                "weights: [" + "x,".repeat(200_000) + "]",
                "data: \"" + "\\0".repeat(1000) + "\"")) {
            FinetuneException e = assertThrows(FinetuneException.class, () -> load(content));
            assertEquals(ExitCode.USAGE, e.exitCode());
            assertTrue(e.getMessage().length() < 600, e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "provenance: {epochs: 3}\n"})
    void filesWithoutSettingsLeaveTheDefaults(String content) throws IOException {
        assertEquals(Unfreezing.of(20), load(content).get(Setting.UNFREEZE));
    }

    private SettingValues load(String content) throws IOException {
        return new SettingsLoader(home).load(Files.writeString(home.resolve("mine.yaml"), content), NOTHING);
    }
}

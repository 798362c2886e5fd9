package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.Preprocessing;
import org.finetune.inference.SavedRun;
import org.finetune.run.RunDirectory;
import org.finetune.settings.RecordedSettings;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.train.ParentRun;

/**
 * The earlier run that {@code --from} names. What its network is made for is no choice any more; which photos there are and how
 * they are divided is as it was there, unless it is given.
 */
final class ParentOption {
    /** What the network decides about. */
    static final List<Setting<?>> DECIDED = List.of(Setting.ALPHA, Setting.SIZE, Setting.RESIZE, Setting.WEIGHTS);

    /** What else comes from the run. */
    private static final List<Setting<?>> INHERITED =
            List.of(Setting.DATA, Setting.VAL_SPLIT, Setting.TEST_SPLIT, Setting.GROUP_BY);

    private final Path named;
    private final SettingValues chosen;
    private final SettingValues values;

    private ParentOption(Path named, SettingValues chosen, SettingValues values) {
        this.named = named;
        this.chosen = chosen;
        this.values = values;
    }

    /**
     * Reads the run that the settings name, if they do, and has them follow from it.
     *
     * @param options where the settings are from
     * @param values all settings, some of which are replaced
     * @param warnings is told what is odd about the run
     * @throws FinetuneException with {@link ExitCode#USAGE} if what is given contradicts it, with {@link ExitCode#MODEL} if
     *     it has no model that can be used
     */
    static Optional<ParentRun> apply(SettingOptions options, SettingValues values, Consumer<String> warnings) {
        return apply(options.chosen(), options.given(), values, warnings);
    }

    /**
     * The same with settings from elsewhere.
     *
     * @param chosen what the user has chosen of the settings
     * @param given what of that the command line gives
     */
    static Optional<ParentRun> apply(
            SettingValues chosen, List<Setting<?>> given, SettingValues values, Consumer<String> warnings) {
        Optional<Path> from = values.get(Setting.FROM);
        if (from.isEmpty()) {
            return Optional.empty();
        }
        if (given.contains(Setting.WEIGHTS)) {
            throw new FinetuneException(
                    ExitCode.USAGE, "--weights and --from both set the initial network; remove one of them.");
        }
        SavedRun saved = new SavedRun(from.get());
        ParentRun parent = ParentRun.of(from.get(), saved.modelFile(), saved.model(warnings));
        new ParentOption(from.get(), chosen, values).follow(parent);
        return Optional.of(parent);
    }

    private void follow(ParentRun parent) {
        Preprocessing preprocessing = Preprocessing.fromMap(parent.model().preprocessing());
        decide(Setting.ALPHA, parent.model().architecture().alpha());
        decide(Setting.SIZE, parent.model().architecture().size());
        decide(Setting.RESIZE, preprocessing.resize());
        RunDirectory directory = new RunDirectory(SavedRun.directoryOf(named));
        if (directory.hasBegun() && Files.isDirectory(directory.path())) {
            SettingValues recorded = RecordedSettings.read(directory.config()).values();
            INHERITED.forEach(setting -> inherit(setting, recorded));
        } else if (chosen.get(Setting.DATA) == null) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "There is no config.yaml beside '" + named
                            + "' to say which photos it was trained on; give the photos with --data.");
        }
    }

    private <T> void decide(Setting<T> setting, T decided) {
        T wanted = chosen.get(setting);
        if (wanted != null && !wanted.equals(decided)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    setting.key() + " " + setting.type().format(wanted) + " contradicts --from: the network of '"
                            + named
                            + "' has " + setting.key() + " " + setting.type().format(decided) + "; leave "
                            + setting.key()
                            + " out, or train without --from.");
        }
        values.put(setting, decided);
    }

    private <T> void inherit(Setting<T> setting, SettingValues recorded) {
        if (chosen.get(setting) == null) {
            values.put(setting, recorded.get(setting));
        }
    }
}

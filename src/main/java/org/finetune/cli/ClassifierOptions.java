package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.finetune.backend.Backend;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.inference.ImageClassifier;
import org.finetune.model.SavedModel;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments of commands that run a saved classifier on photos: its run directory, and the settings that count then. */
final class ClassifierOptions {
    @Parameters(index = "0", paramLabel = "RUN", description = "Run directory of the classifier, or its model.zip.")
    private Path run;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(
                spec,
                List.of(
                        Setting.MAX_BAD_FRACTION,
                        Setting.STRICT,
                        Setting.MAX_PIXELS,
                        Setting.BACKEND,
                        Setting.THREADS));
    }

    /** The settings, from the command line, the configuration files and the defaults. */
    SettingValues settings() {
        return options.resolve();
    }

    /** Reads the classifier as {@link SavedRun#model} does. */
    SavedModel model(Consumer<String> warnings) {
        return new SavedRun(run).model(warnings);
    }

    /** Starts ND4J and makes the classifier ready to run. */
    static ImageClassifier start(SavedModel model, SettingValues settings, Consumer<String> warnings) {
        Backend.start(settings.get(Setting.BACKEND), settings.get(Setting.THREADS), warnings);
        return new ImageClassifier(model, settings.get(Setting.MAX_PIXELS), settings.get(Setting.THREADS), warnings);
    }

    /** How many photos may be bad. */
    static BadPhotoPolicy policy(SettingValues settings) {
        return new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION));
    }
}

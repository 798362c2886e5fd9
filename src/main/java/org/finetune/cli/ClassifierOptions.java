package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.FileKind;
import org.finetune.engine.select.Engines;
import org.finetune.inference.ImageClassifier;
import org.finetune.inference.PhotoClassifier;
import org.finetune.inference.SavedRun;
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
                        Setting.DEVICE,
                        Setting.THREADS));
    }

    /** The settings, from the command line, the configuration files and the defaults. */
    SettingValues settings() {
        return options.resolve();
    }

    /** The run directory or model file as it was named. */
    Path path() {
        return run;
    }

    /**
     * The run.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if a photo was named in its place
     */
    SavedRun run() {
        if (FileKind.isKnownByName(run.toString()) && Files.isRegularFile(run)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + run + "' is a photo; name the run directory of the classifier first, and then the photos.");
        }
        return new SavedRun(run);
    }

    /** Reads the classifier as {@link SavedRun#model} does. */
    SavedModel model(Consumer<String> warnings) {
        return run().model(warnings);
    }

    /** Starts ND4J and makes the classifier ready to run. */
    static ImageClassifier start(SavedModel model, SettingValues settings, Consumer<String> warnings) {
        Engines.start(settings.backend(), model.architecture(), warnings);
        return PhotoClassifier.of(model, options(settings, warnings)).lists();
    }

    /** How the settings have a classifier work. */
    static PhotoClassifier.Options options(SettingValues settings, Consumer<String> warnings) {
        return PhotoClassifier.Options.defaults()
                .withThreads(settings.get(Setting.THREADS))
                .withMaxPixels(settings.get(Setting.MAX_PIXELS))
                .withWarnings(warnings);
    }

    /** How many photos may be bad. */
    static BadPhotoPolicy policy(SettingValues settings) {
        return new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION));
    }
}

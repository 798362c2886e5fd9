package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.source.PhotoSources;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.inference.SavedRun;
import org.finetune.run.RunDirectory;
import org.finetune.settings.RecordedSettings;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.NetworkOrigin;
import org.finetune.train.ParentRun;
import org.finetune.train.RunOrigin;
import org.finetune.train.TrainingRun;
import org.finetune.train.TrainingSummary;
import org.finetune.weights.WeightsResolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune resume}. */
@Command(
        name = "resume",
        description = {
            "Resumes an interrupted training run from its last checkpoint.",
            "",
            "It uses the settings, photos and weights of the run, and gives the same result as an uninterrupted run."
        },
        footer = {"  finetune resume runs/flowers", "  finetune resume runs/flowers --data /mnt/photos/flowers"})
final class ResumeCommand extends Subcommand {
    /** Settings that may change when a run is resumed. */
    private static final List<Setting<?>> CHANGEABLE = List.of(Setting.BACKEND, Setting.DEVICE, Setting.THREADS);

    @Parameters(paramLabel = "RUN", description = "Run directory of the interrupted run.")
    private Path named;

    @Option(
            names = "--data",
            paramLabel = "<photos>",
            description = "Where the photos are now, if they were moved. Their content and their paths below it must "
                    + "be unchanged.")
    private Path data;

    @Mixin
    private MinAccuracyOption minAccuracy;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.addAlone(spec, CHANGEABLE);
    }

    @Override
    public Integer call() {
        Console console = console();
        Path run = SavedRun.directoryOf(named);
        RunDirectory directory = RunDirectory.existing(run);
        if (directory.isFinished()) {
            console.info("The run in '" + run + "' is finished; nothing left to do.");
            minAccuracy.checkFinished(directory);
            return ExitCode.SUCCESS.code();
        }
        RecordedSettings recorded = RecordedSettings.read(directory.config());
        recorded.values().put(Setting.OUT, Optional.of(run));
        if (data != null) {
            recorded.values().put(Setting.DATA, data);
        }
        requireData(recorded.values().get(Setting.DATA));
        options.putInto(recorded.values());
        TrainSettings settings = recorded.values().toTrainSettings();
        RunOrigin origin = new RunOrigin(recorded.provenance());
        NativeDecoder.INSTANCE.startEarly();
        Engines.start(settings.backend(), settings.get(Setting.ENGINE), settings.network(), console::warning);
        Optional<ParentRun> parent =
                settings.get(Setting.FROM).map(from -> ParentRun.kept(from, new SavedRun(from).modelFile(), directory));
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            WeightsResolver resolver = new WeightsResolver(
                    origin.weights(settings.get(Setting.WEIGHTS)), settings.get(Setting.OFFLINE), progress);
            TrainingRun training = new TrainingRun(
                    settings,
                    new NetworkOrigin(resolver, parent),
                    new Versions().toMap(),
                    OpProfile.NONE,
                    progress,
                    interruption());
            RunEnding ending = new RunEnding(progress);
            TrainingSummary summary = training.resume(directory, origin, ending::finish);
            ending.print(summary, console);
            minAccuracy.check(summary);
        }
        return ExitCode.SUCCESS.code();
    }

    private void requireData(Path photos) {
        if (data == null && !PhotoSources.exist(photos)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The photos of the run are no longer in '" + photos
                            + "'; put them back, or give their new location with --data.");
        }
    }
}

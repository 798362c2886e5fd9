package org.finetune.cli;

import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.ProfileReport;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.train.NetworkOrigin;
import org.finetune.train.ParentRun;
import org.finetune.train.TrainingRun;
import org.finetune.train.TrainingSummary;
import org.finetune.weights.WeightsResolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code finetune train}. */
@Command(
        name = "train",
        description = {
            "Trains a classifier on a folder of photos and saves it in a new run directory.",
            "",
            "Phase 1 trains a new classification head while the pretrained network stays frozen. Phase 2 "
                    + "unfreezes the last layers and fine-tunes them with a lower learning rate. With --from, training starts "
                    + "from the network of an earlier run, with more photos, other classes or other settings."
        },
        footer = {
            "  finetune train --classes 5 --unfreeze 20",
            "  finetune train --data ~/photos/flowers --out runs/flowers",
            "  finetune train --data ~/photos/flowers --alpha 0.35 --size 96",
            "  finetune train --config runs/flowers/config.yaml --out runs/flowers-again",
            "  finetune train --from runs/flowers --data ~/photos/more-flowers"
        })
final class TrainCommand extends Subcommand {
    @Option(
            names = "--profile",
            order = 99,
            description = "Print a timing breakdown at the end: reading, decoding and computing in the first "
                    + "pass, and each operation of the fast engine.")
    private boolean profile;

    @Mixin
    private MinAccuracyOption minAccuracy;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, Setting.all());
    }

    @Override
    public Integer call() {
        SettingValues values = options.resolve();
        Console console = console();
        Optional<ParentRun> parent = ParentOption.apply(options, values, console::warning);
        TrainSettings settings = values.toTrainSettings();
        NativeDecoder.INSTANCE.startEarly();
        Engines.start(settings.backend(), settings.get(Setting.ENGINE), settings.network(), console::warning);
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            WeightsResolver resolver =
                    new WeightsResolver(settings.get(Setting.WEIGHTS), settings.get(Setting.OFFLINE), progress);
            OpProfile operations = profile ? OpProfile.begin() : OpProfile.NONE;
            TrainingRun run = new TrainingRun(
                    settings,
                    new NetworkOrigin(resolver, parent),
                    new Versions().toMap(),
                    operations,
                    progress,
                    interruption());
            RunEnding ending = new RunEnding(progress);
            TrainingSummary summary = run.run(ending::finish);
            ending.print(summary, console);
            if (profile) {
                ProfileReport.print(summary.featureTimes(), operations.rows(), console);
            }
            minAccuracy.check(summary);
        }
        return ExitCode.SUCCESS.code();
    }
}

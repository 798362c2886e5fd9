package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.SweepProgress;
import org.finetune.cli.output.SweepReport;
import org.finetune.data.Dataset;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.inference.SavedRun;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.report.RunReport;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.train.PhotoScan;
import org.finetune.tune.OpenSweep;
import org.finetune.tune.Sweep;
import org.finetune.tune.SweepDirectory;
import org.finetune.tune.SweepPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code finetune sweep}. */
@Command(
        name = "sweep",
        description = {
            "Trains with many combinations of settings, ranks them, and keeps the best model.",
            "",
            "Each --try names a setting and its values: a list, such as unfreeze=0,20,all, or a range, such as"
                    + " lr=1e-5..1e-3. All combinations are tried, of a range as many values as a number after it says"
                    + " (lr=1e-5..1e-3:5), or with --random N as many combinations, drawn at random. The frozen layers"
                    + " run once for all trials that can share their outputs."
        },
        footer = {
            "  finetune sweep --data ~/photos/flowers --try unfreeze=0,20,60 --try lr=1e-5,1e-4",
            "  finetune sweep --data ~/photos/flowers --try lr=1e-5..1e-3 --try dropout=0..0.5 --random 20",
            "  finetune sweep --data ~/photos/flowers --try alpha=0.35,0.5,1.0 --max-minutes 30",
            "  finetune sweep --continue sweeps/flowers-1"
        })
final class SweepCommand extends Subcommand {
    /** What a sweep that goes on may do differently: nothing that its results depend on. */
    private static final Set<Setting<?>> CHANGEABLE =
            Set.of(Setting.CACHE, Setting.OFFLINE, Setting.BACKEND, Setting.THREADS);

    @Option(
            names = "--try",
            paramLabel = "<setting=values>",
            order = 1,
            description = "A setting and the values to try. Can be given several times.")
    private List<String> tries = List.of();

    @Option(
            names = "--random",
            paramLabel = "<n>",
            order = 2,
            description = "Number of combinations to draw at random, by the seed. Without it, all are tried.")
    private Integer random;

    @Option(names = "--max-trials", paramLabel = "<n>", order = 3, description = "Most trials.")
    private Integer maxTrials;

    @Option(
            names = "--max-minutes",
            paramLabel = "<minutes>",
            order = 4,
            description = "Minutes after which no further trial begins.")
    private Double maxMinutes;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            order = 5,
            description = "Directory of the sweep to create. Without it, sweeps/<data>-<n> in the working directory.")
    private Path out;

    @Option(
            names = "--continue",
            paramLabel = "<dir>",
            order = 6,
            description = "Go on with the sweep in this directory, with the trials that are left or have failed.")
    private Path continued;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, TunableSettings.of());
    }

    @Override
    public Integer call() {
        requireUsage();
        Console console = console();
        SettingValues base = continued == null
                ? options.resolve()
                : options.resolve(SweepDirectory.existing(continued).config());
        base.put(Setting.FOLDS, Optional.empty());
        // A sweep has limits of its own.
        base.put(Setting.TIME_LIMIT, Optional.empty());
        TrainSettings settings = base.toTrainSettings();
        NativeDecoder.INSTANCE.startEarly();
        Dataset data;
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            data = PhotoScan.of(settings, progress);
        }
        settings.get(Setting.CLASSES).ifPresent(data::requireClasses);
        data.requireValidation();
        long images = (long) data.train().size() + data.validation().size();
        Backend.start(settings.get(Setting.BACKEND), settings.get(Setting.THREADS), console::warning);
        try (OpenSweep sweep = continued == null
                ? OpenSweep.begin(base, new SweepPlan(tries, random, images), out, new Versions().toMap())
                : OpenSweep.resume(base, new SweepDirectory(continued), random, images)) {
            return run(sweep, data);
        }
    }

    private int run(OpenSweep sweep, Dataset data) {
        Console console = console();
        String howToGoOn = "'finetune sweep --continue " + sweep.directory().path() + "' goes on with the sweep.";
        interruption().listen(() -> howToGoOn);
        try (SweepProgress progress = new SweepProgress(console, sweep.plan().settings())) {
            progress.fact("Sweep", sweep.directory().path() + ", " + sweep.planned() + " trials");
            progress.start(sweep.planned());
            RunReport pages = new RunReport(progress::warning);
            new Sweep(sweep, data, new Versions().toMap(), pages::write, progress, progress, interruption())
                    .run(new Sweep.Limits(maxTrials, maxMinutes));
        }
        SweepReport report = new SweepReport(sweep, console);
        report.print(test(sweep, data));
        if (interruption().isRequested()) {
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted. " + howToGoOn);
        }
        report.printLeft();
        // A sweep with a model has succeeded, whatever became of other trials.
        return sweep.results().exitCode().code();
    }

    /** Tests the best model of a sweep that is not to go on at once; null if no photos were kept for that. */
    private ClassificationMetrics test(OpenSweep sweep, Dataset data) {
        HeldOutTest test = new HeldOutTest(sweep.settings(), data, console()::warning);
        if (interruption().isRequested()
                || !test.isWanted()
                || sweep.results().best().isEmpty()) {
            return null;
        }
        RunDirectory best = sweep.directory().best();
        return test.run(best, new SavedRun(best.path()).model(console()::warning));
    }

    private void requireUsage() {
        require(continued != null || !tries.isEmpty(), "What is to be tried is missing; give it with --try");
        require(random == null || random > 0, "--random must be above 0, not " + random);
        require(maxTrials == null || maxTrials > 0, "--max-trials must be above 0, not " + maxTrials);
        require(maxMinutes == null || maxMinutes > 0, "--max-minutes must be above 0, not " + maxMinutes);
        for (Setting<?> setting : options.given()) {
            require(
                    continued == null || CHANGEABLE.contains(setting),
                    setting.option() + " cannot be changed in a sweep that goes on");
            require(
                    tries.stream().noneMatch(text -> text.startsWith(setting.key() + "=")),
                    setting.option() + " and --try " + setting + "=... are both given; leave one of them out");
        }
        if (continued != null) {
            require(
                    tries.isEmpty() && out == null && !options.hasConfig(),
                    "--continue takes --try, --out and --config from the sweep; leave them out");
        }
    }
}

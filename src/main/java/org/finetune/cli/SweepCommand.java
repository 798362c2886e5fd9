package org.finetune.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;
import org.finetune.backend.cuda.GpuFailureException;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.SweepProgress;
import org.finetune.cli.output.SweepReport;
import org.finetune.data.Dataset;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.source.PhotoSources;
import org.finetune.engine.select.Engines;
import org.finetune.inference.SavedRun;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.report.RunReport;
import org.finetune.run.RunDirectory;
import org.finetune.settings.RecordedSettings;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.train.ParentRun;
import org.finetune.train.PhotoScan;
import org.finetune.train.RunOrigin;
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
            "Trains with many combinations of settings, ranks them and keeps the best model.",
            "",
            "Each --try names a setting and its values: a list, such as unfreeze=0,20,all, or a range with a "
                    + "number of values, such as lr=1e-5..1e-3:5. All combinations are tried. With --random N, "
                    + "N combinations are drawn at random, also from ranges without a number of values. Trials "
                    + "share the outputs of the frozen layers wherever possible."
        },
        footer = {
            "  finetune sweep --data ~/photos/flowers --try unfreeze=0,20,60 --try lr=1e-5,1e-4",
            "  finetune sweep --data ~/photos/flowers --try lr=1e-5..1e-3 --try dropout=0..0.5 --random 20",
            "  finetune sweep --data ~/photos/flowers --try alpha=0.35,0.5,1.0 --max-minutes 30",
            "  finetune sweep --continue sweeps/flowers-1"
        })
final class SweepCommand extends Subcommand {
    /** What a continued sweep may do differently: nothing that its results depend on. */
    private static final Set<Setting<?>> CHANGEABLE =
            Set.of(Setting.CACHE, Setting.OFFLINE, Setting.BACKEND, Setting.DEVICE, Setting.THREADS);

    @Option(
            names = "--try",
            paramLabel = "<setting=values>",
            order = 1,
            description = "A setting and the values to try (repeatable).")
    private List<String> tries = List.of();

    @Option(
            names = "--random",
            paramLabel = "<n>",
            order = 2,
            description = "Number of combinations to draw at random (depends on --seed). By default, all are tried.")
    private Integer random;

    @Option(names = "--max-trials", paramLabel = "<n>", order = 3, description = "Maximum number of trials.")
    private Integer maxTrials;

    @Option(
            names = "--max-minutes",
            paramLabel = "<minutes>",
            order = 4,
            description = "Do not start new trials after this many minutes.")
    private Double maxMinutes;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            order = 5,
            description = "Sweep directory to create. Default: sweeps/<data>-<n> in the working directory.")
    private Path out;

    @Option(
            names = "--continue",
            paramLabel = "<dir>",
            order = 6,
            description = "Continue the sweep in this directory, running remaining and failed trials.")
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
        // A sweep has limits of its own.
        TunableSettings.leaveOut(options, base, "sweep", console::warning);
        Optional<ParentRun> parent = parent(base);
        TrainSettings settings = base.toTrainSettings();
        if (continued == null) {
            // A wrong --try is reported before any photo is read.
            new SweepPlan(tries, Optional.ofNullable(random), 0).combinations(base);
        }
        NativeDecoder.INSTANCE.startEarly();
        Dataset data;
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            data = PhotoScan.of(settings, PhotoSources.of(settings.get(Setting.DATA)), progress);
        }
        long images = (long) data.train().size() + data.validation().size();
        Engines.startAll(settings.backend(), settings.get(Setting.ENGINE), settings.network(), console::warning);
        try (OpenSweep sweep = continued == null
                ? OpenSweep.begin(
                        base,
                        new SweepPlan(tries, Optional.ofNullable(random), images),
                        Optional.ofNullable(out),
                        madeWith(parent))
                : OpenSweep.resume(base, new SweepDirectory(continued), Optional.ofNullable(random), images)) {
            return run(sweep, data, parent);
        }
    }

    /** The run whose network the trials begin with. A continued sweep begins with the same. */
    private Optional<ParentRun> parent(SettingValues base) {
        if (continued == null) {
            Optional<ParentRun> parent = ParentOption.apply(options, base, console()::warning);
            for (Setting<?> setting : ParentOption.DECIDED) {
                require(
                        parent.isEmpty() || tries.stream().noneMatch(text -> text.startsWith(setting.key() + "=")),
                        "--try " + setting.key() + " cannot be combined with --from, which fixes it");
            }
            return parent;
        }
        RecordedSettings recorded =
                RecordedSettings.read(SweepDirectory.existing(continued).config());
        Optional<ParentRun> parent = ParentOption.apply(recorded.values(), List.of(), base, console()::warning);
        parent.ifPresent(run -> require(
                run.sha256().equals(recorded.provenance().get(RunOrigin.PARENT_SHA256)),
                "The model of '" + run.named()
                        + "' is no longer the one that the sweep started from, so its trials would not be"
                        + " comparable; start a new sweep"));
        return parent;
    }

    private static Map<String, String> madeWith(Optional<ParentRun> parent) {
        Map<String, String> entries = new LinkedHashMap<>(new Versions().toMap());
        parent.ifPresent(run -> entries.put(RunOrigin.PARENT_SHA256, run.sha256()));
        return entries;
    }

    private int run(OpenSweep sweep, Dataset data, Optional<ParentRun> parent) {
        Console console = console();
        String howToContinue = "To continue, run: finetune sweep --continue "
                + ShellWord.of(sweep.directory().path());
        interruption().listen(() -> howToContinue);
        try (SweepProgress progress = new SweepProgress(console, sweep.plan().settings())) {
            progress.fact("Sweep", sweep.directory().path() + ", " + sweep.planned() + " trials");
            progress.start(sweep.planned());
            RunReport pages = new RunReport(progress::warning);
            Sweep.Limits limits = new Sweep.Limits(Optional.ofNullable(maxTrials), Optional.ofNullable(maxMinutes));
            new Sweep(sweep, parent, new Versions().toMap(), pages::write, progress, interruption())
                    .run(data, Engines.devices(), limits);
        } catch (GpuFailureException e) {
            throw new FinetuneException(e.exitCode(), e.getMessage() + " " + howToContinue, e);
        }
        SweepReport report = new SweepReport(sweep, console);
        report.print(test(sweep, data));
        if (interruption().isRequested()) {
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted. " + howToContinue);
        }
        report.printLeft();
        // A sweep with a model has succeeded, whatever became of other trials.
        return sweep.results().exitCode().code();
    }

    /** Tests the best model of a sweep that was not interrupted, if photos were kept for that. */
    private Optional<ClassificationMetrics> test(OpenSweep sweep, Dataset data) {
        HeldOutTest test = new HeldOutTest(sweep.settings(), data, console()::warning);
        if (interruption().isRequested()
                || !test.isWanted()
                || sweep.results().best().isEmpty()) {
            return Optional.empty();
        }
        RunDirectory best = sweep.directory().best();
        return Optional.of(test.run(best, new SavedRun(best.path()).model(console()::warning)));
    }

    private void requireUsage() {
        require(continued != null || !tries.isEmpty(), "Nothing to try; add a setting, for example --try lr=1e-5,1e-4");
        require(random == null || random > 0, "--random must be above 0, not " + random);
        require(maxTrials == null || maxTrials > 0, "--max-trials must be above 0, not " + maxTrials);
        require(maxMinutes == null || maxMinutes > 0, "--max-minutes must be above 0, not " + maxMinutes);
        for (Setting<?> setting : options.given()) {
            require(
                    continued == null || CHANGEABLE.contains(setting),
                    setting.option() + " cannot be changed when a sweep is continued");
            require(
                    tries.stream().noneMatch(text -> text.startsWith(setting.key() + "=")),
                    setting.option() + " and --try " + setting + "=... are both given; remove one of them");
        }
        if (continued != null) {
            require(
                    tries.isEmpty() && out == null && !options.hasConfig(),
                    "--continue takes --try, --out and --config from the sweep; remove them");
        }
    }
}

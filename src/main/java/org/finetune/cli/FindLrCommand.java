package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.FindLrReport;
import org.finetune.data.Dataset;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.source.PhotoSources;
import org.finetune.engine.select.Engines;
import org.finetune.report.plot.PlotFiles;
import org.finetune.report.plot.RangePlot;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.train.ParentRun;
import org.finetune.train.Phase;
import org.finetune.train.PhotoScan;
import org.finetune.train.RangeTestRun;
import org.finetune.train.RecipePlan;
import org.finetune.tune.LearningRateFinder;
import org.finetune.tune.RangeTestFiles;
import org.finetune.tune.RateFinding;
import org.finetune.weights.WeightsResolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code finetune find-lr}. */
@Command(
        name = "find-lr",
        description = {
            "Suggests learning rates with a range test for each phase.",
            "",
            "The learning rate rises from step to step, from far too low to far too high. The suggestion is the "
                    + "middle of the longest stretch over which the loss falls."
        },
        footer = {
            "  finetune find-lr --data ~/photos/flowers",
            "  finetune find-lr --data ~/photos/flowers --phase head --steps 200 --out lr",
            "  finetune find-lr --data ~/photos/flowers --unfreeze 60 --format json"
        })
final class FindLrCommand extends Subcommand {
    @Option(
            names = "--phase",
            paramLabel = "<phase>",
            order = 1,
            converter = PhaseConverter.class,
            completionCandidates = PhaseNames.class,
            description = "Phase to test: head or fine-tune. Default: both, or only fine-tune with --head-solver "
                    + "lbfgs, which has no learning rate.")
    private Phase only;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "100",
            order = 2,
            description = "Number of steps per test; more steps take longer and reduce noise. Default: 100.")
    private int steps;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            order = 3,
            description = "New directory for lr.csv and the plots. By default, nothing is written.")
    private Path out;

    @Mixin
    private FormatOption format;

    /** Of several stages of phase 2 the first is tested. */
    private static final List<Phase> PHASES = List.of(Phase.HEAD, Phase.FINE_TUNE);

    private static final int MIN_STEPS = 10;
    private static final int MAX_STEPS = 10_000;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, TunableSettings.of());
    }

    /** Offers the names of the phases. */
    private static final class PhaseNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PHASES.stream().map(Phase::label).iterator();
        }
    }

    /** Reads the name of a phase. */
    private static final class PhaseConverter implements ITypeConverter<Phase> {
        @Override
        public Phase convert(String name) {
            return PHASES.stream()
                    .filter(phase -> phase.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be head or fine-tune, not '" + name + "'"));
        }
    }

    @Override
    public Integer call() {
        require(
                steps >= MIN_STEPS && steps <= MAX_STEPS,
                "--steps must be from " + MIN_STEPS + " to " + MAX_STEPS + ", not " + steps);
        SettingValues values = options.resolve();
        Console console = console();
        TunableSettings.leaveOut(options, values, "find-lr", console::warning);
        Optional<ParentRun> parent = ParentOption.apply(options, values, console::warning);
        TrainSettings settings = values.toTrainSettings();
        List<LearningRateFinder> finders = finders(settings);
        NativeDecoder.INSTANCE.startEarly();
        Dataset data;
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            data = PhotoScan.of(settings, PhotoSources.of(settings.get(Setting.DATA)), progress);
        }
        boolean isNew = out != null && !Files.exists(out);
        Optional<RunDirectory> directory =
                Optional.ofNullable(out).map(path -> RunDirectory.create(path, settings.get(Setting.DATA)));
        try {
            test(settings, data, parent, finders, console);
        } catch (FinetuneException e) {
            if (isNew) {
                directory.ifPresent(RunDirectory::deleteIfEmpty);
            }
            throw e;
        }
        List<RateFinding> findings =
                finders.stream().map(LearningRateFinder::finding).toList();
        directory.map(RunDirectory::path).ifPresent(path -> {
            RangeTestFiles.write(path, findings);
            draw(findings, path);
        });
        List<Setting<?>> suggested = findings.stream()
                .<Setting<?>>map(finding -> FindLrReport.setting(finding.phase()))
                .toList();
        FindLrReport report = new FindLrReport(findings, options.words(suggested), console);
        if (format.isJson()) {
            report.printJson();
        } else {
            report.printText();
        }
        return ExitCode.SUCCESS.code();
    }

    private void test(
            TrainSettings settings,
            Dataset data,
            Optional<ParentRun> parent,
            List<LearningRateFinder> finders,
            Console console) {
        Engines.start(settings.backend(), settings.get(Setting.ENGINE), settings.network(), console::warning);
        interruption().listen(() -> "");
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            WeightsResolver resolver =
                    new WeightsResolver(settings.get(Setting.WEIGHTS), settings.get(Setting.OFFLINE), progress);
            new RangeTestRun(settings, data, resolver, parent, progress, interruption())
                    .run(finders.stream()
                            .map(finder -> new RangeTestRun.Test(finder.phase(), finder.rates(), finder))
                            .toList());
        }
    }

    private static void draw(List<RateFinding> findings, Path directory) {
        PlotFiles plots = new PlotFiles(directory);
        for (RateFinding finding : findings) {
            if (finding.points().size() > 1) {
                plots.write(
                        new RangePlot(
                                finding.rates(),
                                finding.losses(),
                                finding.smoothed(),
                                finding.top(),
                                finding.suggestion().learningRate(),
                                "suggested: " + FindLrReport.suggested(finding)),
                        "lr-" + finding.phase().label());
            }
        }
    }

    private List<LearningRateFinder> finders(TrainSettings settings) {
        RecipePlan plan = RecipePlan.of(settings);
        List<Phase> phases = new ArrayList<>();
        if (Phase.HEAD.equals(only) || only == null && plan.head().method() == HeadMethod.ADAM) {
            phases.add(Phase.HEAD);
        }
        if (!Phase.HEAD.equals(only) && plan.hasFineTuning()) {
            phases.add(Phase.FINE_TUNE);
        }
        if (phases.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "There is no fine-tuning phase to test with --unfreeze " + settings.get(Setting.UNFREEZE)
                            + settings.get(Setting.EPOCHS)
                                    .map(epochs -> " and --epochs " + epochs)
                                    .orElse("")
                            + "; raise them, or use --phase head.");
        }
        return phases.stream()
                .map(phase -> new LearningRateFinder(phase, steps))
                .toList();
    }
}

package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.ThreadCount;
import org.finetune.backend.natives.NativeLibraries;
import org.finetune.cli.output.CheckReport;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.LabelErrorReport;
import org.finetune.data.Augment;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitRule;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.quality.DataCheck;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.data.quality.PhotoCheck;
import org.finetune.data.source.PhotoSources;
import org.finetune.data.split.GroupPattern;
import org.finetune.engine.select.Engines;
import org.finetune.metrics.LabelErrors;
import org.finetune.report.LabelErrorHtml;
import org.finetune.run.files.LabelErrorList;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.Unfreezing;
import org.finetune.train.LabelCheck;
import org.finetune.train.PhotoScan;
import org.finetune.weights.WeightsResolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune check}. */
@Command(
        name = "check",
        description = {
            "Checks training photos for duplicates, class imbalance and unusable files.",
            "",
            "With --labels it also looks for photos in the wrong class: each photo is predicted by a classifier "
                    + "trained on the others.",
            "",
            "Exits with code 3 on errors, such as the same photo in two classes, and with 0 if there are only "
                    + "warnings. Nothing is changed."
        },
        footer = {
            "  finetune check ~/photos/flowers",
            "  finetune check ~/photos/flowers --format json",
            "  finetune check labels.csv",
            "  finetune check flowers.zip",
            "  finetune check ~/photos/flowers --labels --html labels.html"
        })
final class CheckCommand extends Subcommand {
    @Parameters(paramLabel = "DATA", description = PhotoSources.DESCRIPTION)
    private Path data;

    @Option(
            names = "--labels",
            order = 1,
            description = "Also list photos whose labels are doubtful. Needs the pretrained weights.")
    private boolean labels;

    @Option(
            names = "--html",
            paramLabel = "<file>",
            order = 2,
            description = "Also write the photos that --labels lists to a new, self-contained HTML page.")
    private Path html;

    @Mixin
    private FormatOption format;

    /** Photos that are printed for their labels. */
    private static final int LABELS_SHOWN = 20;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(
                spec,
                List.of(
                        Setting.VAL_SPLIT,
                        Setting.GROUP_BY,
                        Setting.MAX_BAD_FRACTION,
                        Setting.STRICT,
                        Setting.MAX_PIXELS,
                        Setting.ALPHA,
                        Setting.SIZE,
                        Setting.WEIGHTS,
                        Setting.OFFLINE,
                        Setting.CACHE,
                        Setting.SEED,
                        Setting.BACKEND,
                        Setting.DEVICE,
                        Setting.THREADS));
    }

    @Override
    public Integer call() {
        require(html == null || labels, "--html shows the result of --labels; add --labels");
        require(html == null || !Files.exists(html), "--html must name a new file; '" + html + "' exists already");
        SettingValues settings = options.resolve();
        PhotoSource source = PhotoSources.of(data);
        if (!PhotoSources.exist(data)) {
            throw new FinetuneException(ExitCode.DATA, "'" + data + "' does not exist; correct the path.");
        }
        Console console = console();
        NativeDecoder.INSTANCE.startEarly();
        NativeLibraries.loadOpenCv();
        Dataset photos;
        PhotoCheck each;
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            SplitRule rule = new SplitRule(
                    settings.get(Setting.VAL_SPLIT),
                    settings.get(Setting.GROUP_BY).map(GroupPattern::of));
            photos = PhotoScan.of(source, rule, progress);
            progress.fact("Data", photos.description() + " in '" + data + "'");
            each = checkEach(photos, settings, progress);
        }
        DataCheck check = new DataCheck(
                photos.classes(),
                new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION)),
                settings.get(Setting.SIZE),
                false,
                false,
                photos.divided());
        DataReport report = check.report(each.checked(), each.bad(), photos.warnings());
        Optional<LabelErrors> errors = labels ? Optional.of(labelErrors(photos, report, settings)) : Optional.empty();
        if (format.isJson()) {
            console.out()
                    .print(errors.map(found -> DataReportJson.write(
                                    report, "labels", LabelErrorList.toJson(found, photos.classes())))
                            .orElseGet(() -> DataReportJson.write(report)));
        } else {
            new CheckReport(report, console).print();
            errors.ifPresent(found -> {
                console.out().println();
                LabelErrorReport.print(found, photos.classes(), source, LABELS_SHOWN, "--format json", console);
            });
        }
        if (html != null) {
            ImageDecoder decoder =
                    new ImageDecoder(new Preprocessing(settings.get(Setting.SIZE)), settings.get(Setting.MAX_PIXELS));
            new LabelErrorHtml(errors.orElseThrow(), photos.classes(), source, photos.all(), decoder)
                    .write(html, each.checked().size());
            console.info("Wrote " + html);
        }
        console.out().flush();
        return (report.hasErrors() ? ExitCode.DATA : ExitCode.SUCCESS).code();
    }

    private LabelErrors labelErrors(Dataset photos, DataReport report, SettingValues values) {
        values.put(Setting.DATA, data);
        values.put(Setting.FOLDS, Optional.empty());
        values.put(Setting.UNFREEZE, Unfreezing.of(0));
        values.put(Setting.AUGMENT, Augment.FLIP);
        values.put(Setting.VIEWS, 0);
        TrainSettings settings = values.toTrainSettings();
        Console console = console();
        Engines.start(settings.backend(), settings.get(Setting.ENGINE), settings.network(), console::warning);
        interruption().listen(() -> "");
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            WeightsResolver resolver =
                    new WeightsResolver(settings.get(Setting.WEIGHTS), settings.get(Setting.OFFLINE), progress);
            return new LabelCheck(settings, photos, resolver, progress, interruption()).run(report);
        }
    }

    private static PhotoCheck checkEach(Dataset photos, SettingValues settings, ConsoleProgress progress) {
        progress.taskStarted("check", photos.photos());
        PhotoCheck each = PhotoCheck.of(
                photos,
                settings.get(Setting.MAX_PIXELS),
                threads(settings),
                done -> progress.taskProgress(done, () -> ""));
        progress.taskFinished();
        return each;
    }

    private static int threads(SettingValues settings) {
        return ThreadCount.orProcessors(settings.get(Setting.THREADS));
    }
}

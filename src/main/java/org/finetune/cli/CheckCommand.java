package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.ThreadCount;
import org.finetune.backend.natives.NativeLibraries;
import org.finetune.cli.output.CheckReport;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.SplitRule;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.quality.DataCheck;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DataReportJson;
import org.finetune.data.quality.PhotoCheck;
import org.finetune.data.quality.PhotoLooks;
import org.finetune.data.split.GroupPattern;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.train.PhotoScan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune check}. */
@Command(
        name = "check",
        description = {
            "Looks at the photos to train on: duplicates, sizes of the classes, files that cannot be used.",
            "",
            "Ends with exit code 3 if there is an error, such as the same photo in two classes, and with 0 if there are"
                    + " warnings at most. Nothing is changed."
        },
        footer = {"  finetune check ~/photos/flowers", "  finetune check ~/photos/flowers --format json"})
final class CheckCommand extends Subcommand {
    @Parameters(
            paramLabel = "DATA",
            description =
                    "Photos: a directory with a sub-directory per class, or with train/ and val/ (or test/) holding"
                            + " those.")
    private Path data;

    @Mixin
    private FormatOption format;

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
                        Setting.SIZE,
                        Setting.THREADS));
    }

    @Override
    public Integer call() {
        SettingValues settings = options.resolve();
        if (!Files.isDirectory(data)) {
            throw new FinetuneException(
                    ExitCode.DATA, "There is no directory '" + data + "' to check; correct the path.");
        }
        Console console = console();
        NativeDecoder.INSTANCE.startEarly();
        NativeLibraries.loadOpenCv();
        Dataset photos;
        PhotoCheck each;
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            PhotoLooks looks = new PhotoLooks(settings.get(Setting.MAX_PIXELS), threads(settings));
            SplitRule rule = new SplitRule(
                    settings.get(Setting.VAL_SPLIT), settings.get(Setting.GROUP_BY).map(GroupPattern::of), looks);
            photos = PhotoScan.of(new PhotoDirectory(data), rule, progress);
            progress.fact("Data", photos.description() + " in '" + data + "'");
            each = looks.hasLooked() ? looks.check(photos) : checkEach(photos, settings, progress);
        }
        DataCheck check = new DataCheck(
                photos.classes(),
                new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION)),
                settings.get(Setting.SIZE),
                false,
                false);
        DataReport report = check.report(each.checked(), each.bad(), photos.warnings());
        if (format.isJson()) {
            console.out().print(DataReportJson.write(report));
        } else {
            new CheckReport(report, console).print();
        }
        console.out().flush();
        return (report.hasErrors() ? ExitCode.DATA : ExitCode.SUCCESS).code();
    }

    private static PhotoCheck checkEach(Dataset photos, SettingValues settings, ConsoleProgress progress) {
        progress.stageStarted("check", photos.photos());
        PhotoCheck each = PhotoCheck.of(
                photos, settings.get(Setting.MAX_PIXELS), threads(settings), done -> progress.stageProgress(done, () -> ""));
        progress.stageFinished();
        return each;
    }

    private static int threads(SettingValues settings) {
        return ThreadCount.orProcessors(settings.get(Setting.THREADS));
    }
}

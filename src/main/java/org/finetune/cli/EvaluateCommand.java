package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.backend.Backend;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.EvaluationReport;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.inference.Evaluation;
import org.finetune.inference.ImageClassifier;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Measures a classifier on photos whose classes are known.",
            "",
            "Prints top-1 and top-5 accuracy, and precision, recall and F1 of each class. Classes are matched by name."
        },
        footer = {
            "  finetune evaluate runs/flowers --data ~/photos/flowers/val",
            "  finetune evaluate runs/flowers --data ~/photos/test --format json"
        })
final class EvaluateCommand extends Subcommand {
    @Parameters(paramLabel = "RUN", description = "Run directory of the classifier.")
    private Path run;

    @Option(
            names = "--data",
            paramLabel = "<dir>",
            required = true,
            description = "Photos: a directory with a sub-directory per class.")
    private Path data;

    @Mixin
    private FormatOption format;

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

    @Override
    public Integer call() {
        SettingValues settings = options.resolve();
        Console console = console();
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = ModelFile.read(new RunDirectory(run).model());
        Dataset photos = new PhotoDirectory(data).forEvaluation();
        photos.warnings().forEach(console::warning);
        Backend.start(settings.get(Setting.BACKEND), settings.get(Setting.THREADS), console::warning);
        ImageClassifier classifier = new ImageClassifier(
                model, settings.get(Setting.MAX_PIXELS), settings.get(Setting.THREADS), console::warning);
        Evaluation evaluation = Evaluation.of(classifier, model.classes(), photos);
        BadPhotoNotices notices = new BadPhotoNotices(console::warning);
        evaluation.skipped().forEach(notices::add);
        notices.finish("which 'finetune check --format json' lists");
        new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION))
                .check(
                        evaluation.skipped(),
                        photos.bad().size() + photos.validation().size());
        if (format.isJson()) {
            EvaluationReport.printJson(evaluation, console);
        } else {
            EvaluationReport.printText(evaluation, console);
        }
        return ExitCode.SUCCESS.code();
    }
}

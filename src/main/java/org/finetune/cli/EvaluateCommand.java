package org.finetune.cli;

import java.nio.file.Path;
import org.finetune.ExitCode;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.EvaluationReport;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.inference.Evaluation;
import org.finetune.inference.ImageClassifier;
import org.finetune.model.SavedModel;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "  finetune evaluate runs/flowers --data ~/photos/test --format json",
            "  finetune evaluate runs/flowers --data ~/photos/test --min-accuracy 0.9"
        })
final class EvaluateCommand extends Subcommand {
    @Mixin
    private ClassifierOptions classifierOptions;

    @Option(
            names = "--data",
            paramLabel = "<dir>",
            required = true,
            description = "Photos: a directory with a sub-directory per class.")
    private Path data;

    @Mixin
    private FormatOption format;

    @Mixin
    private MinAccuracyOption minAccuracy;

    @Override
    public Integer call() {
        SettingValues settings = classifierOptions.settings();
        Console console = console();
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = classifierOptions.model();
        Dataset photos = new PhotoDirectory(data).forEvaluation();
        photos.warnings().forEach(console::warning);
        ImageClassifier classifier = ClassifierOptions.start(model, settings, console::warning);
        Evaluation evaluation = Evaluation.of(classifier, model.classes(), photos);
        BadPhotoNotices notices = new BadPhotoNotices(console::warning);
        evaluation.skipped().forEach(notices::add);
        notices.finish("which 'finetune check --format json' lists");
        ClassifierOptions.policy(settings)
                .check(
                        evaluation.skipped(),
                        photos.bad().size() + photos.validation().size());
        if (format.isJson()) {
            EvaluationReport.printJson(evaluation, console);
        } else {
            EvaluationReport.printText(evaluation, console);
        }
        minAccuracy.check(evaluation);
        return ExitCode.SUCCESS.code();
    }
}

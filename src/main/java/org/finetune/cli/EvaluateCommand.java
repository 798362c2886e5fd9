package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.EvaluationFiles;
import org.finetune.cli.output.EvaluationReport;
import org.finetune.data.BadPhotoCount;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitPart;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.data.source.PhotoSources;
import org.finetune.inference.Evaluation;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.SavedModel;
import org.finetune.report.EvaluationHtml;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code finetune evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Evaluates a classifier on labelled photos.",
            "",
            "Prints top-1 and top-5 accuracy, per-class precision, recall and F1, and the confusion matrix for "
                    + "up to 12 classes. Classes are matched by name."
        },
        footer = {
            "  finetune evaluate runs/flowers --data ~/photos/flowers/val",
            "  finetune evaluate runs/flowers --data ~/photos/flowers --split test",
            "  finetune evaluate runs/flowers --data ~/photos/test.csv --format json",
            "  finetune evaluate runs/flowers --data ~/photos/test --out evaluation",
            "  finetune evaluate runs/flowers --data ~/photos/test --min-accuracy 0.9"
        })
final class EvaluateCommand extends Subcommand {
    @Mixin
    private ClassifierOptions classifierOptions;

    @Option(names = "--data", paramLabel = "<photos>", required = true, description = PhotoSources.DESCRIPTION)
    private Path data;

    @Option(
            names = "--split",
            paramLabel = "<part>",
            description = "Part of an existing split to evaluate: train, val or test. Default: val if present, "
                    + "else test, else train.")
    private SplitPart split;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            description = "Also write metrics.json, predictions.csv, skipped.csv, wrong.csv (misclassified photos), "
                    + "plots/ and report.html to a new directory.")
    private Path out;

    @Mixin
    private FormatOption format;

    @Mixin
    private MinAccuracyOption minAccuracy;

    @Override
    public Integer call() {
        require(out == null || !Files.exists(out), "--out must name a new directory; '" + out + "' exists already");
        SettingValues settings = classifierOptions.settings();
        Console console = console();
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = classifierOptions.model(console::warning);
        PhotoSource source = PhotoSources.of(data);
        Optional<SplitPart> part = Optional.ofNullable(split);
        Dataset photos = source.forEvaluation(part);
        console.info("Evaluating on the photos in '" + source.evaluatedPart(part) + "'");
        photos.warnings().forEach(console::warning);
        ImageClassifier classifier = ClassifierOptions.start(model, settings, console::warning);
        Evaluation evaluation = Evaluation.of(classifier, model.classes(), photos);
        BadPhotoNotices notices = new BadPhotoNotices(console::warning);
        evaluation.skipped().forEach(notices::add);
        notices.finish("which 'finetune check --format json' lists");
        ClassifierOptions.policy(settings)
                .check(
                        BadPhotoCount.of(evaluation.skipped()),
                        photos.bad().size() + photos.validation().size());
        if (out != null) {
            List<LabeledPrediction> predictions = EvaluationFiles.write(out, model.classes(), evaluation);
            new EvaluationHtml(
                            classifier,
                            new ImageDecoder(
                                    Preprocessing.fromMap(model.preprocessing()), settings.get(Setting.MAX_PIXELS)),
                            console::warning)
                    .write(
                            out,
                            new EvaluationHtml.Measurement(
                                    classifierOptions.path(),
                                    data,
                                    source.evaluatedPart(part),
                                    evaluation,
                                    predictions));
            console.info("Wrote " + out);
        }
        if (format.isJson()) {
            EvaluationReport.printJson(evaluation, console);
        } else {
            EvaluationReport.printText(evaluation, console);
        }
        minAccuracy.check(evaluation);
        return ExitCode.SUCCESS.code();
    }
}

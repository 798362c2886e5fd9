package org.finetune.cli;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;
import org.finetune.cli.ExportFormat.Choice;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.Resize;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.engine.select.Engines;
import org.finetune.export.CheckPhotos;
import org.finetune.export.Export;
import org.finetune.export.ExportAccuracy;
import org.finetune.export.ExportCheck;
import org.finetune.export.ExportedModel;
import org.finetune.export.Layout;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune export}. */
@Command(
        name = "export",
        description = {
            "Exports a classifier to another format, with its labels, its preprocessing and an example program, "
                    + "in a new directory.",
            "",
            "Before the directory appears, the exported model classifies 16 validation photos. If a probability "
                    + "differs from the classifier's by more than 0.0001 (0.02 with --half; not limited with "
                    + "--int8), nothing is written."
        },
        footer = {
            "  finetune export runs/flowers --format onnx",
            "  finetune export runs/flowers --format onnx --pixels --layout nhwc --out flowers-onnx"
        })
final class ExportCommand extends Subcommand {
    /** Where exports lie in a run directory. */
    static final Path EXPORTS = Path.of("exports");

    /** Photos that an exported model is checked on. */
    private static final int CHECKED = 16;
    /** Photos that scales of 8-bit numbers are chosen with. */
    private static final int CALIBRATED = 200;

    @Parameters(paramLabel = "RUN", description = "Run directory of the classifier.")
    private Path run;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            required = true,
            description = "Format: onnx, safetensors (PyTorch), keras, tfjs (TensorFlow.js), teachable-machine, "
                    + "tflite"
                    + " (TensorFlow Lite), or dl4j (Deeplearning4j).")
    private ExportFormat format;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            description = "Directory to create. Default: exports/<format> in the run directory.")
    private Path out;

    @Option(
            names = "--data",
            paramLabel = "<photos>",
            description = "Photos to check the export on, such as a directory with one sub-directory per class. "
                    + "Default: the run's validation photos.")
    private Path data;

    @Option(
            names = "--layout",
            paramLabel = "<layout>",
            description = "Layout of ONNX's input: nchw or nhwc. Default: nchw.")
    private Layout layout;

    @Option(
            names = "--pixels",
            description = "Make the model take values from 0 to 255 and scale them itself (onnx, keras, tfjs). "
                    + "Default: it takes values from -1 to 1.")
    private boolean pixels;

    @Option(
            names = "--half",
            description = "Store parameters as 16-bit floats: half the size, slightly rounded probabilities (tfjs).")
    private boolean half;

    @Option(
            names = "--int8",
            description = "Have the network compute with 8-bit numbers, whose scales are chosen with training photos: "
                    + "about a third of the"
                    + " size, and less accurate (onnx, tflite). Refused if the accuracy on the validation "
                    + "photos falls by more"
                    + " than 2 points.")
    private boolean int8;

    @Option(names = "--accept-loss", description = "Accept any loss of accuracy with --int8.")
    private boolean acceptLoss;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options =
                SettingOptions.add(spec, List.of(Setting.MAX_PIXELS, Setting.BACKEND, Setting.DEVICE, Setting.THREADS));
    }

    @Override
    public Integer call() {
        Set<Choice> choices = choices();
        require(!acceptLoss || choices.contains(Choice.INT8), "--accept-loss needs --int8");
        SettingValues settings = options.resolve();
        Console console = console();
        RunDirectory directory = new RunDirectory(run);
        requireFinished(directory);
        Path destination = out == null ? run.resolve(EXPORTS).resolve(format.toString()) : out;
        Export.requireNew(destination);
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = ModelFile.read(directory.model());
        Preprocessing preprocessing = Preprocessing.fromMap(model.preprocessing());
        ImageDecoder decoder = new ImageDecoder(preprocessing, settings.get(Setting.MAX_PIXELS));
        CheckPhotos validation = data == null
                ? CheckPhotos.ofValidation(directory, model.classes())
                : CheckPhotos.ofDirectory(data, model.classes());
        CheckPhotos few = validation.sample(CHECKED);
        Engines.start(settings.backend(), model.architecture(), console::warning);
        Tensor images = few.decode(decoder);
        boolean quantized = choices.contains(Choice.INT8);
        Optional<Tensor> calibration = quantized
                ? Optional.of((data == null ? CheckPhotos.ofTraining(directory, model.classes()) : validation)
                        .sample(CALIBRATED)
                        .decode(decoder))
                : Optional.empty();
        Layout chosen = layout == null ? Layout.NCHW : layout;
        Export export = new Export(format.exporter(chosen, choices, calibration), destination);
        ExportCheck check = export.write(model, images, exported -> {
            if (quantized) {
                checkAccuracy(accuracy(model, exported, validation.known(), decoder));
            }
        });
        console.out().println(sentence(check));
        if (format == ExportFormat.TEACHABLE_MACHINE && preprocessing.resize() != Resize.CROP) {
            Tensor squares =
                    few.decode(new ImageDecoder(preprocessing.with(Resize.CROP), settings.get(Setting.MAX_PIXELS)));
            console.warning(cropWarning(
                    ExportCheck.compare(ExportCheck.classify(model, images), ExportCheck.classify(model, squares))));
        }
        console.info("Wrote " + destination + ": " + String.join(", ", export.files()));
        return ExitCode.SUCCESS.code();
    }

    /** The options that were given, each of which the format has to know. */
    private Set<Choice> choices() {
        Map<Choice, Boolean> given =
                Map.of(Choice.LAYOUT, layout != null, Choice.PIXELS, pixels, Choice.HALF, half, Choice.INT8, int8);
        Set<Choice> choices = EnumSet.noneOf(Choice.class);
        given.keySet().stream().filter(given::get).forEach(choices::add);
        for (Choice choice : choices) {
            require(
                    format.leaves(choice),
                    choice + " is not for --format " + format + " but for "
                            + choice.formats().stream().map(Object::toString).collect(Collectors.joining(", ")));
        }
        return choices;
    }

    private static void requireFinished(RunDirectory directory) {
        if (directory.hasBegun() && !directory.isFinished()) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "The run in '" + directory.path() + "' is not finished; to continue it, run 'finetune resume "
                            + ShellWord.of(directory.path()) + "'.");
        }
    }

    private ExportAccuracy accuracy(
            SavedModel model, ExportedModel exported, CheckPhotos photos, ImageDecoder decoder) {
        try (ConsoleProgress progress = new ConsoleProgress(console())) {
            progress.taskStarted("accuracy", photos.photos().size());
            ExportAccuracy accuracy =
                    ExportAccuracy.of(model, exported, photos, decoder, done -> progress.taskProgress(done, () -> ""));
            progress.taskFinished();
            return accuracy;
        }
    }

    private void checkAccuracy(ExportAccuracy accuracy) {
        console()
                .out()
                .printf(
                        Locale.ROOT,
                        "Accuracy on %d validation photos: %.1f%% as trained, %.1f%% in 8 bits.%n",
                        accuracy.photos(),
                        100 * accuracy.accuracy(),
                        100 * accuracy.exportedAccuracy());
        if (!acceptLoss) {
            accuracy.requireSmallLoss();
        }
    }

    private static String cropWarning(ExportCheck check) {
        return String.format(
                Locale.ROOT,
                "Teachable Machine crops photos to the middle square, but this model was trained on whole "
                        + "photos. On the photos checked, that changes probabilities by up to %.2f, %s. Train "
                        + "with --resize crop.",
                check.largestDifference(),
                labels(check.labelsChanged()));
    }

    private static String sentence(ExportCheck check) {
        return String.format(
                Locale.ROOT,
                "Checked on %d validation photo%s: probabilities differ by at most %.1e, %s.",
                check.photos(),
                check.photos() == 1 ? "" : "s",
                check.largestDifference(),
                labels(check.labelsChanged()));
    }

    private static String labels(int changed) {
        return switch (changed) {
            case 0 -> "no label changed";
            case 1 -> "1 label changed";
            default -> changed + " labels changed";
        };
    }
}

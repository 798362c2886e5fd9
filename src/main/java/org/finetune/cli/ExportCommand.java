package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.cli.output.Console;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.export.CheckPhotos;
import org.finetune.export.Export;
import org.finetune.export.ExportCheck;
import org.finetune.export.onnx.Layout;
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
            "Writes a classifier in the format of another program to a new directory, with its labels, its preprocessing and"
                    + " a program that uses it.",
            "",
            "The exported model classifies 16 validation photos before the directory appears. If a probability differs by more"
                    + " than 0.0001 from the classifier's own, nothing is written."
        },
        footer = {
            "  finetune export runs/flowers --format onnx",
            "  finetune export runs/flowers --format onnx --pixels --layout nhwc --out flowers-onnx"
        })
final class ExportCommand extends Subcommand {
    private static final Path EXPORTS = Path.of("exports");

    @Parameters(paramLabel = "RUN", description = "Run directory of the classifier.")
    private Path run;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            required = true,
            description = "Format: onnx, safetensors (PyTorch), keras, or tfjs (TensorFlow.js).")
    private ExportFormat format;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            description = "Directory to create. Default: exports/<format> in the run directory.")
    private Path out;

    @Option(
            names = "--data",
            paramLabel = "<dir>",
            description =
                    "Photos to check the export on, a directory with a sub-directory per class, rather than the run's"
                            + " validation photos.")
    private Path data;

    @Option(
            names = "--layout",
            paramLabel = "<layout>",
            description = "Layout of ONNX's input: nchw or nhwc. Default: nchw.")
    private Layout layout;

    @Option(names = "--pixels", description = "Have an ONNX model take values from 0 to 255 and scale them itself.")
    private boolean pixels;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, List.of(Setting.MAX_PIXELS, Setting.BACKEND, Setting.THREADS));
    }

    @Override
    public Integer call() {
        boolean onnx = format == ExportFormat.ONNX;
        require(onnx || layout == null, "--layout is for --format onnx alone");
        require(onnx || !pixels, "--pixels is for --format onnx alone");
        SettingValues settings = options.resolve();
        Console console = console();
        RunDirectory directory = new RunDirectory(run);
        requireFinished(directory);
        Export export = new Export(
                format.exporter(layout == null ? Layout.NCHW : layout, pixels),
                out == null ? run.resolve(EXPORTS).resolve(format.toString()) : out);
        export.requireNew();
        NativeDecoder.INSTANCE.startEarly();
        SavedModel model = ModelFile.read(directory.model());
        Preprocessing preprocessing = Preprocessing.fromMap(model.preprocessing());
        CheckPhotos photos = data == null ? CheckPhotos.ofRun(directory) : CheckPhotos.ofDirectory(data);
        Backend.start(settings.get(Setting.BACKEND), settings.get(Setting.THREADS), console::warning);
        Tensor images = photos.decode(new ImageDecoder(preprocessing, settings.get(Setting.MAX_PIXELS)));
        ExportCheck check = export.write(model, images);
        console.out().println(sentence(check));
        console.info("Wrote " + export.out() + ": " + export.files().stream().collect(Collectors.joining(", ")));
        return ExitCode.SUCCESS.code();
    }

    private static void requireFinished(RunDirectory directory) {
        if (directory.hasBegun() && !directory.isFinished()) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "The run in '" + directory.path() + "' is not finished; go on with it by 'finetune resume "
                            + directory.path() + "'.");
        }
    }

    private static String sentence(ExportCheck check) {
        return String.format(
                Locale.ROOT,
                "Checked on %d validation photo%s: probabilities differ by at most %.1e, %s.",
                check.photos(),
                check.photos() == 1 ? "" : "s",
                check.largestDifference(),
                switch (check.labelsChanged()) {
                    case 0 -> "no label changed";
                    case 1 -> "1 label changed";
                    default -> check.labelsChanged() + " labels changed";
                });
    }
}

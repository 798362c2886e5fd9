package org.finetune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.cli.output.LayerTable;
import org.finetune.export.ExportedFiles;
import org.finetune.hash.Sha256;
import org.finetune.inference.SavedRun;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.run.PlainFiles;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.RecordedConfig;
import org.finetune.run.files.RunMetrics;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.Unfreezing;
import org.finetune.train.RunOrigin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune info}. */
@Command(
        name = "info",
        description = {
            "Prints the layers of a classifier: Keras's index and name, output shape, number of parameters, and "
                    + "whether phase 2 trains them. For a run, also prints its classes, preprocessing, model "
                    + "digest (SHA-256), parent run, stages and exports.",
            "",
            "Without a run directory, describes the network that 'finetune train' would build with the same options."
        },
        footer = {"  finetune info runs/flowers", "  finetune info --alpha 1.0 --unfreeze 20"})
final class InfoCommand extends Subcommand {
    /** The classes of data/sample. */
    private static final int DEFAULT_CLASSES = 5;

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Run directory of the classifier, or its model.zip.")
    private Path run;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, List.of(Setting.ALPHA, Setting.SIZE, Setting.CLASSES, Setting.UNFREEZE));
    }

    @Override
    public Integer call() {
        if (run != null) {
            SavedModel model = new SavedRun(run).model(console()::warning);
            RunDirectory directory = new RunDirectory(SavedRun.directoryOf(run));
            Optional<Stages> stages = stages(directory);
            printFacts(model, directory, stages);
            new LayerTable(
                            model.architecture(),
                            model.classes().size(),
                            stages.map(Stages::layers).orElse(List.of(model.unfreeze())))
                    .print(console().out(), console().outTerminal());
            return ExitCode.SUCCESS.code();
        }
        SettingValues settings = options.resolve();
        LayerTable table = new LayerTable(
                Architecture.of(settings.get(Setting.ALPHA), settings.get(Setting.SIZE)),
                settings.get(Setting.CLASSES).orElse(DEFAULT_CLASSES),
                settings.get(Setting.UNFREEZE).stages());
        table.print(console().out(), console().outTerminal());
        return ExitCode.SUCCESS.code();
    }

    /**
     * Several stages of phase 2.
     *
     * @param labels as {@code history.csv} has them, which end with the number of layers
     * @param layers number of layers that each trains
     * @param kept label of the stage, or of phase 1, whose model is the run's
     */
    private record Stages(List<String> labels, List<Integer> layers, String kept) {

        static Stages of(RunMetrics metrics) throws IOException {
            String layers = metrics.stages().stream()
                    .map(label -> label.substring(label.lastIndexOf('-') + 1))
                    .collect(Collectors.joining(","));
            try {
                Unfreezing unfreezing = Setting.UNFREEZE.type().parse(layers, Path.of(""));
                return new Stages(metrics.stages(), unfreezing.stages(), metrics.kept());
            } catch (IllegalArgumentException e) {
                throw new IOException("its stages have no numbers of layers", e);
            }
        }
    }

    private void printFacts(SavedModel model, RunDirectory directory, Optional<Stages> stages) {
        PrintWriter out = console().out();
        out.println(Printable.of("Classes: " + String.join(", ", model.classes())));
        out.println(Printable.of("Preprocessing: "
                + model.preprocessing().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "))));
        Path file = new SavedRun(run).modelFile();
        out.println(Printable.of("SHA-256 of " + file.getFileName() + ": " + digest(file)));
        parent(directory).ifPresent(parent -> out.println(Printable.of("Parent: " + parent)));
        stages.ifPresent(
                trained -> out.println("Stages: " + String.join(", ", trained.labels()) + "; kept: " + trained.kept()));
        List<String> exports = exports(directory);
        if (!exports.isEmpty()) {
            out.println(Printable.of("Exports: " + String.join(", ", exports)));
        }
    }

    /** The run whose network the run began with, as it was named, with the digest of its model. */
    private Optional<String> parent(RunDirectory directory) {
        if (!directory.hasBegun()) {
            return Optional.empty();
        }
        try {
            Map<String, String> recorded =
                    RecordedConfig.read(directory.config()).values();
            return Optional.ofNullable(recorded.get("provenance." + RunOrigin.PARENT))
                    .map(parent -> parent + ", SHA-256 " + recorded.get("provenance." + RunOrigin.PARENT_SHA256));
        } catch (IOException e) {
            console()
                    .warning("Cannot read '" + directory.config() + "': " + FailureReason.of(e)
                            + "; the run's parent, if any, is not shown");
            return Optional.empty();
        }
    }

    /** The stages in which phase 2 of the run went, if there were several. */
    private Optional<Stages> stages(RunDirectory directory) {
        if (!directory.hasBegun() || !PlainFiles.exists(directory.metrics())) {
            return Optional.empty();
        }
        try {
            RunMetrics metrics = RunMetrics.read(directory.metrics());
            return metrics.stages().isEmpty() ? Optional.empty() : Optional.of(Stages.of(metrics));
        } catch (IOException e) {
            console()
                    .warning("Cannot read '" + directory.metrics() + "': " + FailureReason.of(e)
                            + "; the stages of phase 2, if any, are not shown");
            return Optional.empty();
        }
    }

    private static String digest(Path file) {
        try (InputStream in = PlainFiles.read(file)) {
            return Sha256.of(in.readAllBytes());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "Cannot read the model '" + file + "': " + FailureReason.of(e) + "; copy it again.",
                    e);
        }
    }

    /** Names of the exports that lie in the run directory. */
    private static List<String> exports(RunDirectory directory) {
        Path exports = directory.path().resolve(ExportCommand.EXPORTS);
        if (!Files.isDirectory(exports, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(exports)) {
            return found.filter(export -> Files.isRegularFile(export.resolve(ExportedFiles.PREPROCESSING)))
                    .map(export -> export.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot list '" + exports + "': " + FailureReason.of(e) + "; correct its permissions.",
                    e);
        }
    }
}

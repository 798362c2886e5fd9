package org.finetune.cli;

import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.cli.output.LayerTable;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune info}. */
@Command(
        name = "info",
        description = {
            "Prints the layers of a classifier: Keras's index and name, the shape of the output, the number of parameters,"
                    + " and whether phase 2 trains them.",
            "",
            "Without a run directory the network is the one that 'finetune train' would make of the same options."
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
            console().info("Classes: " + String.join(", ", model.classes()));
            new LayerTable(model.architecture(), model.classes().size(), List.of(model.unfreeze()))
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
}

package org.finetune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.ShellWord;
import org.finetune.inference.SavedRun;
import org.finetune.model.ModelFile;
import org.finetune.report.RenamedClasses;
import org.finetune.run.AtomicFile;
import org.finetune.run.DirectoryLock;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.Labels;
import org.finetune.run.files.Predictions;
import org.finetune.run.files.RunMetrics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code finetune rename}. */
@Command(
        name = "rename",
        description = {
            "Renames classes of a finished run.",
            "",
            "Renames them in model.zip, labels.txt, metrics.json and predictions.csv, and notes the change in "
                    + "report.html. Records of the training keep the former names: the rest of report.html, "
                    + "data.json and images.jsonl. Export the model again afterwards."
        },
        footer = {"  finetune rename runs/flowers daisy=marguerite 'roses=red roses'"})
final class RenameCommand extends Subcommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "Run directory of the classifier.")
    private Path named;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "OLD=NEW",
            description = "A class and its new name. All are renamed at once, so names can be swapped.")
    private List<String> renamings;

    @Override
    @SuppressWarnings("try") // The lock is only held.
    public Integer call() {
        RunDirectory run = RunDirectory.existing(SavedRun.directoryOf(named));
        if (!run.isFinished()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "The run in '" + run.path() + "' is not finished. To continue it, run: finetune resume "
                            + ShellWord.of(run.path()));
        }
        try (DirectoryLock lock = DirectoryLock.take(run.path(), "run")) {
            List<String> classes = ModelFile.read(run.model()).classes();
            List<String> names = names(classes);
            rename(run, names);
            for (int label = 0; label < names.size(); label++) {
                if (!names.get(label).equals(classes.get(label))) {
                    console().info("Renamed '" + classes.get(label) + "' to '" + names.get(label) + "'");
                }
            }
        }
        return ExitCode.SUCCESS.code();
    }

    private List<String> names(List<String> classes) {
        List<String> names = new ArrayList<>(classes);
        for (String renaming : renamings) {
            int equals = separator(renaming, classes);
            String name = renaming.substring(equals + 1);
            require(
                    !name.isBlank() && name.indexOf('/') < 0 && Printable.isSafe(name),
                    "'" + name
                            + "' cannot be the name of a class: it must not be empty or have '/' or control "
                            + "characters");
            names.set(classes.indexOf(renaming.substring(0, equals)), name);
        }
        require(
                names.stream().distinct().count() == names.size(),
                "Two classes would have the same name: " + String.join(", ", names));
        return names;
    }

    /** The place of the "=" behind the name of a class, which may have one itself. */
    private int separator(String renaming, List<String> classes) {
        int equals = renaming.indexOf('=');
        while (equals >= 0 && !classes.contains(renaming.substring(0, equals))) {
            equals = renaming.indexOf('=', equals + 1);
        }
        require(
                equals >= 0,
                "'" + renaming + "' is not OLD=NEW with one of the classes " + String.join(", ", classes) + " as OLD");
        return equals;
    }

    /** The model comes last: until then, the same command does all of it again. */
    private static void rename(RunDirectory run, List<String> names) {
        try {
            new Labels(names).write(run.labels());
            RunMetrics.read(run.metrics()).withClasses(names).write(run.metrics());
            if (Files.exists(run.predictions())) {
                Predictions.rename(run.predictions(), names);
            }
            if (Files.exists(run.report())) {
                RenamedClasses.note(run.report(), ImageList.read(run.images()).classes(), names);
            }
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot rename the classes in '" + run.path() + "': " + FailureReason.of(e) + "; repair the "
                            + "file.",
                    e);
        }
        AtomicFile.write(run.model(), out -> ModelFile.rename(run.model(), names, out));
    }
}

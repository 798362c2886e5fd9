package org.finetune.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.Architecture;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.Labels;
import org.finetune.run.files.TrainingFeatures;

/**
 * A classifier as a command line or a program names it.
 *
 * @param named its run directory, or its model file
 */
public record SavedRun(Path named) {

    /**
     * Reads the classifier.
     *
     * @param warnings is told that labels.txt is not what was written
     * @throws FinetuneException with {@link ExitCode#MODEL} if there is none, saying what there is instead, or it cannot be used
     */
    public SavedModel model(Consumer<String> warnings) {
        Path path = directoryOf(named);
        if (Files.isRegularFile(path)) {
            return ModelFile.read(path);
        }
        RunDirectory directory = new RunDirectory(path);
        if (!Files.exists(directory.model())) {
            RunDirectory best = new RunDirectory(named.resolve("best"));
            if (Files.exists(best.model())) {
                throw new FinetuneException(
                        ExitCode.MODEL,
                        "'" + named + "' is a sweep directory; use its best run, '" + best.path() + "'.");
            }
            if (directory.hasBegun()) {
                throw new FinetuneException(
                        ExitCode.MODEL,
                        "The run in '" + named
                                + "' is not finished and has no model yet; to continue it, run 'finetune resume "
                                + ShellWord.of(named) + "'.");
            }
        }
        SavedModel model = ModelFile.read(directory.model());
        if (Files.exists(directory.labels()) && !hasLabels(directory, model.classes())) {
            warnings.accept("'" + directory.labels() + "' was changed, but the model has its own class names ("
                    + String.join(", ", model.classes()) + "); to change them, run 'finetune rename "
                    + ShellWord.of(directory.path()) + " OLD=NEW'");
        }
        return model;
    }

    /**
     * Reads what the run knows of the features of its training photos.
     *
     * @param warnings is told that the run knows nothing, as an older one
     * @throws FinetuneException with {@link ExitCode#MODEL} if it cannot be read, or is not about the model
     */
    public Optional<FeatureDistance> trainingFeatures(SavedModel model, Consumer<String> warnings) {
        Path file = new RunDirectory(directoryOf(named)).features();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            warnings.accept("There is no '" + file + "', so photos unlike the training photos are not recognized; "
                    + "models trained by this version contain it.");
            return Optional.empty();
        }
        try {
            FeatureDistance distance = TrainingFeatures.read(file);
            int channels = model.architecture()
                    .layer(Architecture.POOLING)
                    .outputShape()
                    .channels();
            if (distance.classes() != model.classes().size() || distance.channels() != channels) {
                throw new IOException("it belongs to a different model");
            }
            return Optional.of(distance);
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "Cannot use '" + file + "': " + FailureReason.of(e)
                            + "; copy the run again, or delete the file to do without it.",
                    e);
        }
    }

    /** The model file: the one that is named, or that of the run directory that is. */
    public Path modelFile() {
        Path path = directoryOf(named);
        return Files.isRegularFile(path) ? path : new RunDirectory(path).model();
    }

    private static boolean hasLabels(RunDirectory directory, List<String> classes) {
        try {
            return Labels.read(directory.labels()).names().equals(classes);
        } catch (IOException e) {
            return false;
        }
    }

    /** The run directory: that of the model where the model file is named. */
    public static Path directoryOf(Path named) {
        Path parent = named.getParent() == null ? Path.of("") : named.getParent();
        return Files.isRegularFile(named) && new RunDirectory(parent).model().equals(named) ? parent : named;
    }
}

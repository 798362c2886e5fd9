package org.finetune.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;

/**
 * The directory that holds everything a training run makes.
 *
 * @param path the directory
 */
public record RunDirectory(Path path) {
    private static final Path RUNS = Path.of("runs");
    private static final String WRITTEN_WHOLE =
            "(?:model\\.zip|parent\\.zip|labels\\.txt|config\\.yaml|history\\.csv|metrics\\.json"
                    + "|timings\\.json|images\\.jsonl|data\\.json|predictions\\.csv|folds\\.json|label-errors\\.json"
                    + "|features\\.bin|report\\.html|skipped\\.csv)";
    /** A regular expression of the names that activations have in the directory of a run or a sweep. */
    public static final String CACHE_NAMES = "cache(?:/\\d+)?(?:/(?:training|validation)(?:-\\w+)?\\.(?:journal|f32))?";
    /** A regular expression of the names that a run's files and directories have in its directory. */
    public static final String NAMES = "(?:" + WRITTEN_WHOLE + "|\\." + WRITTEN_WHOLE + "\\.part|\\.lock|finetune\\.log"
            + "|plots(?:/\\.?[a-z]+\\.(?:svg|png)(?:\\.part)?)?"
            + "|tensorboard(?:/(?:train|validation)(?:/events\\.out\\.tfevents\\.\\d+\\.finetune)?)?"
            + "|checkpoints(?:/\\.?\\d+\\.checkpoint(?:\\.part)?)?|" + CACHE_NAMES
            + "|cache/\\.?fold-\\d+\\.checkpoint(?:\\.part)?)";

    /** What a run has written that was stopped before it had begun, which it has with config.yaml. */
    private static final Set<String> BEFORE_BEGINNING =
            Set.of(DirectoryLock.NAME, "finetune.log", ".config.yaml.part", "parent.zip", ".parent.zip.part");

    private static final Pattern OWN = Pattern.compile(NAMES);

    /** What is no part of a name in {@code flowers.tar.gz} and {@code flowers-{000..099}.tar}. */
    private static final Pattern AFTER_NAME = Pattern.compile("[-_.]*[.{].*");

    /**
     * Creates a new directory.
     *
     * @param out the directory wanted, which must not exist, be empty, or have nothing but what a run leaves that is
     *     stopped before it has begun; null for {@code runs/<data>-<n>} with the first free number
     * @param data directory or file of the photos, which gives the name
     * @throws FinetuneException if it exists already or cannot be created
     */
    public static RunDirectory create(Path out, Path data) {
        return out == null ? createNumbered(RUNS, data) : createNamed(out);
    }

    /**
     * The directory of a run that was begun before.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is none, with {@link ExitCode#DATA} if it has a link or a
     *     pipe in the place of one of its files
     */
    public static RunDirectory existing(Path path) {
        RunDirectory directory = new RunDirectory(path);
        if (!Files.isDirectory(path)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "The run directory '" + path + "' does not exist; give one written by 'finetune train'.");
        }
        if (!directory.hasBegun()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + path
                            + "' has no config.yaml, so no run was started in it; start one with 'finetune "
                            + "train --out "
                            + path + "'.");
        }
        directory.ownFiles().requirePlain();
        return directory;
    }

    /** Creates {@code <data>-<n>} in a directory, which is created too. */
    public static RunDirectory createNumbered(Path runs, Path data) {
        String prefix = prefix(data.toAbsolutePath().normalize());
        for (int number = 1; ; number++) {
            Path directory = runs.resolve(prefix + "-" + number);
            try {
                Files.createDirectories(runs);
                Files.createDirectory(directory);
                return new RunDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(runs)) {
                    throw cannotCreate(directory, e);
                }
            } catch (IOException e) {
                throw cannotCreate(directory, e);
            }
        }
    }

    /** The name of a directory, or that of a file or a pattern without its ending. */
    private static String prefix(Path data) {
        Path name = data.getFileName();
        String prefix = name == null ? "" : name.toString();
        if (!Files.isDirectory(data)) {
            prefix = AFTER_NAME.matcher(prefix).replaceFirst("");
        }
        return prefix.isEmpty() ? "run" : prefix;
    }

    private static RunDirectory createNamed(Path out) {
        try {
            RunDirectory directory = new RunDirectory(out);
            if (Files.exists(out) && !hasOnly(out, BEFORE_BEGINNING)) {
                throw directory.existsAlready();
            }
            Files.createDirectories(out);
            directory.ownFiles().requirePlain();
            return directory;
        } catch (IOException e) {
            throw cannotCreate(out, e);
        }
    }

    /** Whether there is a directory of a path that has nothing but files of the given names. */
    public static boolean hasOnly(Path path, Set<String> names) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.allMatch(entry -> names.contains(entry.getFileName().toString()));
        }
    }

    private FinetuneException existsAlready() {
        boolean unfinished = hasBegun() && !isFinished();
        return new FinetuneException(
                ExitCode.USAGE,
                "The run directory '" + path + "' already exists; runs are never overwritten. Choose another --out"
                        + (unfinished
                                ? ", or continue its run with 'finetune resume " + ShellWord.of(path) + "'."
                                : "."));
    }

    /** Whether a run has begun here, so that it can be resumed. */
    public boolean hasBegun() {
        return PlainFiles.exists(config());
    }

    /** Whether there are checkpoints, or a model, of a run that has come as far as to train. */
    public boolean hasTrained() {
        return PlainFiles.exists(checkpoints()) || PlainFiles.exists(model());
    }

    /**
     * Checks, once the lock is taken, that no other run has begun here since the directory was found to be free.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if one has
     */
    public void requireNotBegun() {
        if (hasBegun()) {
            throw existsAlready();
        }
    }

    private static FinetuneException cannotCreate(Path directory, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot create the run directory '" + directory + "': " + FailureReason.of(e)
                        + "; choose another --out.",
                e);
    }

    /** The saved model. */
    public Path model() {
        return path.resolve("model.zip");
    }

    /** A copy of the model that the run has begun with, if that is another run's; it is there until the run is finished. */
    public Path parent() {
        return path.resolve("parent.zip");
    }

    /** The names of the classes, one a line. */
    public Path labels() {
        return path.resolve("labels.txt");
    }

    /** All settings as resolved, and what the run was made from. */
    public Path config() {
        return path.resolve("config.yaml");
    }

    /** A row for each epoch of each phase. */
    public Path history() {
        return path.resolve("history.csv");
    }

    /** The metrics of the finished model. */
    public Path metrics() {
        return path.resolve("metrics.json");
    }

    /** How long everything took. */
    public Path timings() {
        return path.resolve("timings.json");
    }

    /** A line for each photo of the run. */
    public Path images() {
        return path.resolve("images.jsonl");
    }

    /** What there is to know about the photos: duplicates, sizes of the classes and the like. */
    public Path data() {
        return path.resolve("data.json");
    }

    /** What the model says about each validation photo. */
    public Path predictions() {
        return path.resolve("predictions.csv");
    }

    /** The metrics of each fold of a cross-validation. */
    public Path folds() {
        return path.resolve("folds.json");
    }

    /** Photos whose labels are doubtful, of a run that was cross-validated. */
    public Path labelErrors() {
        return path.resolve("label-errors.json");
    }

    /** The features of the training photos in brief, by which photos unlike them are recognized. */
    public Path features() {
        return path.resolve("features.bin");
    }

    /** The report, for people to read. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** The plots of the report as files. */
    public Path plots() {
        return path.resolve("plots");
    }

    /** A row for each photo that could not be used. */
    public Path skipped() {
        return path.resolve("skipped.csv");
    }

    /** The log. */
    public Path log() {
        return path.resolve("finetune.log");
    }

    /** Curves for TensorBoard. */
    public Path tensorBoard() {
        return path.resolve("tensorboard");
    }

    /** Activations kept until the run is finished. */
    public Path cache() {
        return path.resolve("cache");
    }

    /** The files that runs write here. */
    public OwnFiles ownFiles() {
        return new OwnFiles(path, OWN);
    }

    /**
     * Deletes the activations. What else there may be in their directory stays.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void deleteCache() {
        delete(cache());
    }

    /**
     * Deletes the copy of the model that the run has begun with.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void deleteParent() {
        delete(parent());
    }

    /**
     * Deletes what a run has written here. What else there may be stays.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public void deleteFiles() {
        delete(path);
    }

    private void delete(Path entry) {
        try {
            ownFiles().delete(path.relativize(entry));
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA, "Cannot delete '" + entry + "': " + FailureReason.of(e) + "; delete it.", e);
        }
    }

    /** Deletes the directory if there is nothing in it, and it can be deleted. */
    public void deleteIfEmpty() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // It is used, or belongs to somebody else, and an empty directory does no harm.
        }
    }

    /** What a run needs to be resumed after it has been stopped; it is there until the run is finished. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** Whether a run has written everything that it was to write. */
    public boolean isFinished() {
        return Files.exists(metrics()) && !Files.exists(checkpoints());
    }
}

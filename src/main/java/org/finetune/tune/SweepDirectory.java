package org.finetune.tune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;
import org.finetune.run.AtomicFile;
import org.finetune.run.DirectoryLock;
import org.finetune.run.OwnFiles;
import org.finetune.run.PlainFiles;
import org.finetune.run.RunDirectory;

/**
 * The directory that holds everything a sweep makes: {@code config.yaml} with the settings of all trials,
 * {@code results.csv} and {@code results.json}, {@code trials/NNN} with the small files of each trial, and {@code best},
 * the whole run directory of the best one. No other trial's model is kept.
 *
 * @param path the directory
 */
public record SweepDirectory(Path path) {
    private static final Path SWEEPS = Path.of("sweeps");
    /** The best run while it is copied. */
    private static final String NEXT = ".best.part";
    /** What was the best run, until the other is in its place. */
    private static final String FORMER = ".best.former";

    private static final String WRITTEN_WHOLE = "(?:config\\.yaml|results\\.csv|results\\.json)";
    /** What a sweep has written that was stopped before it had begun, which it has with config.yaml. */
    private static final Set<String> BEFORE_BEGINNING = Set.of(
            DirectoryLock.NAME,
            "results.json",
            ".results.json.part",
            "results.csv",
            ".results.csv.part",
            ".config.yaml.part");

    private static final Pattern OWN = Pattern.compile(WRITTEN_WHOLE + "|\\." + WRITTEN_WHOLE + "\\.part|"
            + RunDirectory.CACHE_NAMES + "|trials|\\.lock|(?:trials/\\d+|best|\\.best\\.part|\\.best\\.former)(?:/"
            + RunDirectory.NAMES + ")?");

    /**
     * Creates a new directory.
     *
     * @param out the directory wanted, which must not exist, be empty, or have nothing but what a sweep leaves that is
     *     stopped before it has begun; {@code sweeps/<data>-<n>} if empty
     * @param data where the photos are, which gives the name
     * @throws FinetuneException if it exists already or cannot be created
     */
    public static SweepDirectory create(Optional<Path> out, Path data) {
        return out.filter(SweepDirectory::isUntouched)
                .map(SweepDirectory::new)
                .orElseGet(() -> new SweepDirectory(out.map(wanted -> RunDirectory.create(wanted, data))
                        .orElseGet(() -> RunDirectory.createNumbered(SWEEPS, data))
                        .path()));
    }

    /** Whether a directory has nothing but what a sweep writes before it begins, and no trial in its results. */
    private static boolean isUntouched(Path out) {
        SweepDirectory directory = new SweepDirectory(out);
        try {
            return RunDirectory.hasOnly(out, BEFORE_BEGINNING)
                    && (!PlainFiles.exists(directory.json())
                            || new SweepFiles(directory)
                                    .read()
                                    .results()
                                    .trials()
                                    .isEmpty());
        } catch (IOException | FinetuneException e) {
            return false;
        }
    }

    /**
     * The directory of a sweep that was begun before.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if no sweep has begun in it, with {@link ExitCode#DATA} if it
     *     has a link or a pipe in the place of one of its files
     */
    public static SweepDirectory existing(Path path) {
        SweepDirectory directory = new SweepDirectory(path);
        if (Files.isDirectory(path)) {
            if (!PlainFiles.exists(directory.config())) {
                throw new FinetuneException(
                        ExitCode.USAGE,
                        "'" + path + "' has no config.yaml, so no sweep was started in it; start one with "
                                + "'finetune sweep --out " + ShellWord.of(path) + "'.");
            }
            directory.ownFiles().requirePlain();
        }
        return directory;
    }

    /**
     * Checks, once the lock is taken, that no other sweep has begun here since the directory was found to be free.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if one has
     */
    void requireNotBegun() {
        if (PlainFiles.exists(config())) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "Another sweep was started in '" + path + "' in the meantime; choose another --out, or "
                            + "continue it with 'finetune sweep --continue " + ShellWord.of(path) + "'.");
        }
    }

    private OwnFiles ownFiles() {
        return new OwnFiles(path, OWN);
    }

    /** The settings of all trials. */
    public Path config() {
        return path.resolve("config.yaml");
    }

    /** A row for each trial. */
    public Path csv() {
        return path.resolve("results.csv");
    }

    /** What is tried, and what became of each trial. */
    public Path json() {
        return path.resolve("results.json");
    }

    /** The run directory of the best trial. */
    public RunDirectory best() {
        return new RunDirectory(path.resolve("best"));
    }

    /** The run directory of a trial. */
    public RunDirectory trial(int number) {
        return new RunDirectory(path.resolve("trials").resolve(String.format("%03d", number)));
    }

    /** Where activations go that are too large for memory. */
    Path cache() {
        return path.resolve("cache");
    }

    /** Deletes the activations. What else there may be in their directory stays. */
    void deleteCache() {
        try {
            ownFiles().delete(path.relativize(cache()));
        } catch (IOException e) {
            throw cannotWrite(cache(), e);
        }
    }

    /**
     * Makes the run directory of a trial the best one. What was the best before is gone afterwards, but for what the user
     * has put into it.
     */
    void keepAsBest(int number) {
        Path next = path.resolve(NEXT);
        Path former = path.resolve(FORMER);
        Path best = best().path();
        try {
            delete(next);
            retire(former);
            copy(trial(number).path(), next);
            if (PlainFiles.exists(best)) {
                Files.move(best, former);
            }
            Files.move(next, best);
            retire(former);
        } catch (IOException e) {
            throw cannotWrite(best, e);
        }
    }

    /** Deletes what was the best run, whose other files move to the new one. */
    private void retire(Path former) throws IOException {
        if (!ownFiles().delete(path.relativize(former))) {
            try (Stream<Path> entries = Files.list(former)) {
                for (Path entry : entries.toList()) {
                    Files.move(entry, best().path().resolve(entry.getFileName()));
                }
            }
            delete(former);
        }
    }

    /** Makes good for a process that was killed while it made another run the best. */
    void restoreBest() {
        Path former = path.resolve(FORMER);
        Path best = best().path();
        try {
            if (!PlainFiles.exists(best) && PlainFiles.exists(former)) {
                Files.move(former, best);
            }
            retire(former);
            delete(path.resolve(NEXT));
        } catch (IOException e) {
            throw cannotWrite(best, e);
        }
    }

    /** Deletes of a finished trial what is large: model, report and the like. Its metrics stay, and what is not of a sweep. */
    void trim(int number) {
        RunDirectory trial = trial(number);
        try {
            for (Path file : List.of(
                    trial.model(), trial.images(), trial.report(), trial.plots(), trial.cache(), trial.checkpoints())) {
                ownFiles().delete(path.relativize(file));
            }
        } catch (IOException e) {
            throw cannotWrite(trial.path(), e);
        }
    }

    /** Deletes what a trial has left that was not finished. */
    void discard(int number) {
        try {
            delete(trial(number).path());
        } catch (IOException e) {
            throw cannotWrite(trial(number).path(), e);
        }
    }

    /** Copies a tree. Files are linked where the file system can: they are the same and never written again. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path source : tree.toList()) {
                Path target = to.resolve(from.relativize(source));
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    link(source, target);
                }
            }
        }
    }

    private static void link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(source, target);
        }
    }

    private void delete(Path tree) throws IOException {
        if (!ownFiles().delete(path.relativize(tree))) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + tree + "' has to be deleted but contains files that no sweep has written; move them "
                            + "elsewhere.");
        }
    }

    private static FinetuneException cannotWrite(Path file, IOException e) {
        return AtomicFile.cannotWrite(file, e, "--out");
    }
}

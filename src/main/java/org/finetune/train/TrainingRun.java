package org.finetune.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.ShellWord;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;
import org.finetune.data.StorageException;
import org.finetune.data.source.PhotoSources;
import org.finetune.engine.OpProfile;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.run.DirectoryLock;
import org.finetune.run.Interruption;
import org.finetune.run.RunDirectory;
import org.finetune.run.RunLog;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingsWriter;
import org.finetune.settings.TrainSettings;
import org.finetune.weights.ResolvedWeights;

/** A training run from a folder of photos to a run directory, from its beginning or from where it was stopped. */
public final class TrainingRun {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final PhotoSource source;
    private final NetworkOrigin start;
    private final Optional<ParentRun> parent;
    private final Map<String, ?> versions;
    private final OpProfile profile;
    private final TrainingListener listener;
    private final Interruption interruption;
    private final Stopwatch stopwatch = new Stopwatch();
    private TimeLimit time;

    /**
     * Prepares a run.
     *
     * @param versions what the run is made with, for the record
     * @param profile where the time of each operation of the engine is added up
     * @param interruption ends the run early, in good order
     */
    public TrainingRun(
            TrainSettings settings,
            NetworkOrigin start,
            Map<String, ?> versions,
            OpProfile profile,
            TrainingListener listener,
            Interruption interruption) {
        this.settings = settings;
        this.architecture = settings.network();
        this.source = PhotoSources.of(settings.get(Setting.DATA));
        this.start = start;
        this.parent = start.parent();
        this.versions = versions;
        this.profile = profile;
        this.listener = new LoggedProgress(listener);
        this.interruption = interruption;
        this.time = TimeLimit.of(settings);
    }

    /**
     * Trains by itself and writes a new run directory.
     *
     * @param afterwards is notified of the run when its files are written, while its log is still open
     * @throws FinetuneException if the settings train nothing, the photos, the weights or the place to write cannot be used,
     *     the training diverges, or the run is interrupted
     */
    public TrainingSummary run(Consumer<FinishedRun> afterwards) {
        RecipePlan.requireTraining(settings);
        CrossValidation.requireUsable(settings);
        Dataset data = scan();
        requireTraining(data);
        return begin(data, directory -> alone(data, directory), afterwards);
    }

    /**
     * Trains as one of several runs and writes a new run directory.
     *
     * @param shared what the runs share
     * @param afterwards is notified of the run when its files are written, while its log is still open
     * @throws FinetuneException as {@link #run(Consumer)} does
     */
    public TrainingSummary run(SharedWork shared, Consumer<FinishedRun> afterwards) {
        RecipePlan.requireTraining(settings);
        // Limits are for the sweep as a whole.
        time = TimeLimit.NONE;
        return begin(shared.images(), directory -> shared, afterwards);
    }

    /** Checks that anything is trained of the network of an earlier run. */
    private void requireTraining(Dataset data) {
        RecipePlan plan = RecipePlan.of(settings, architecture);
        boolean knowsAll = parent.isPresent()
                && parent.get().known(data.classes()).size() == data.classes().size();
        if (knowsAll && plan.head().keepsKnown() && !plan.hasFineTuning()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "Nothing to train: '" + parent.get().named()
                            + "' knows all classes, so its head is kept, and there is no"
                            + " phase 2; raise --unfreeze and --epochs, or solve the head again with --head-solver lbfgs.");
        }
    }

    private TrainingSummary begin(
            Dataset data, Function<RunDirectory, SharedWork> shared, Consumer<FinishedRun> afterwards) {
        ResolvedWeights weights = resolve();
        Path out = settings.get(Setting.OUT).orElse(null);
        boolean isNew = out == null || !Files.exists(out);
        RunDirectory directory = RunDirectory.create(out, settings.get(Setting.DATA));
        try {
            return in(directory, () -> {
                directory.requireNotBegun();
                return begin(data, weights, directory, shared, afterwards);
            });
        } catch (FinetuneException e) {
            if (isNew) {
                directory.deleteIfEmpty();
            }
            throw e;
        }
    }

    /** Begins in a directory. What fails before the training, and cannot be resumed, leaves nothing there. */
    private FinishedRun begin(
            Dataset data,
            ResolvedWeights weights,
            RunDirectory directory,
            Function<RunDirectory, SharedWork> shared,
            Consumer<FinishedRun> afterwards) {
        try {
            announce(data, weights, directory);
            RunOrigin origin = parent.map(run -> origin(weights).with(run, data.validation()))
                    .orElseGet(() -> origin(weights));
            if (!origin.caution().isEmpty()) {
                listener.warning(origin.caution());
            }
            // Before the run can be resumed.
            parent.ifPresent(run -> run.copyTo(directory.parent()));
            new RunFiles(directory).config(SettingsWriter.toYaml(settings, origin.entries()));
            RunPhotos images = RunPhotos.of(data, source);
            images.write(directory.images());
            return tasks(data, weights, directory, shared.apply(directory)).run(images, origin, afterwards);
        } catch (FinetuneException e) {
            boolean canResume = directory.hasBegun() && canGoOn(e);
            if (!canResume && !directory.hasTrained() && e.exitCode() != ExitCode.DIVERGED) {
                deleteFiles(directory, e);
            }
            throw e;
        }
    }

    private static void deleteFiles(RunDirectory directory, FinetuneException reason) {
        try {
            directory.deleteFiles();
        } catch (FinetuneException e) {
            // Why the run has failed is what the user has to know.
            reason.addSuppressed(e);
        }
    }

    /**
     * Goes on with a run that was stopped.
     *
     * @param directory its directory
     * @param origin what it was made from
     * @param afterwards is notified of the run when its files are written, while its log is still open
     * @throws FinetuneException as {@link #run(Consumer)} does, and if the photos or the weights are no longer the same
     */
    public TrainingSummary resume(RunDirectory directory, RunOrigin origin, Consumer<FinishedRun> afterwards) {
        return in(directory, () -> {
            Dataset data = scan();
            ResolvedWeights weights = resolve();
            origin.requireWeights(weights);
            announce(data, weights, directory);
            String difference = origin.difference(origin(weights));
            if (!difference.isEmpty()) {
                listener.warning(difference);
            }
            RunPhotos images = recordedImages(data, directory);
            // The photos may have moved.
            new RunFiles(directory).config(SettingsWriter.toYaml(settings, origin.entries()));
            return tasks(data, weights, directory, alone(data, directory)).run(images, origin, afterwards);
        });
    }

    /** The photos that the directory has recorded, which must still be the same; those of now if none are. */
    private RunPhotos recordedImages(Dataset data, RunDirectory directory) {
        RunPhotos now = RunPhotos.of(data, source);
        if (!Files.exists(directory.images())) {
            now.write(directory.images());
            return now;
        }
        RunPhotos recorded = RunPhotos.read(directory.images());
        recorded.requireSame(data, source);
        return recorded;
    }

    /** Runs in a directory that no other run uses meanwhile, with a log, and says how to resume it if it is stopped. */
    @SuppressWarnings("try") // The log is written through SLF4J, and the lock only held, while they are open.
    private TrainingSummary in(RunDirectory directory, Supplier<FinishedRun> tasks) {
        try (DirectoryLock lock = DirectoryLock.take(directory.path(), "run");
                RunLog log = new RunLog(directory.log())) {
            interruption.listen(() -> directory.hasBegun() ? howToContinue(directory) : "");
            return tasks.get().summary();
        } catch (FinetuneException e) {
            if (!directory.hasBegun() || !canGoOn(e)) {
                throw e;
            }
            throw new FinetuneException(e.exitCode(), e.getMessage() + " " + howToContinue(directory), e);
        }
    }

    private static String howToContinue(RunDirectory directory) {
        return "To continue, run: finetune resume " + ShellWord.of(directory.path());
    }

    /** Whether a run that failed this way can be resumed once what it asks for is done. */
    private static boolean canGoOn(FinetuneException e) {
        return e.exitCode() == ExitCode.INTERRUPTED
                || e.exitCode() == ExitCode.BACKEND
                || e instanceof StorageException
                || (e.exitCode() == ExitCode.DATA && e.getCause() instanceof IOException);
    }

    private Dataset scan() {
        Dataset data = PhotoScan.of(settings, source, listener);
        stopwatch.lap("scan");
        return data;
    }

    private ResolvedWeights resolve() {
        ResolvedWeights weights = start.resolve(architecture);
        stopwatch.lap("weights");
        return weights;
    }

    private RunOrigin origin(ResolvedWeights weights) {
        return RunOrigin.of(versions, weights, Engines.description(settings.get(Setting.DEVICE)));
    }

    private void announce(Dataset data, ResolvedWeights weights, RunDirectory directory) {
        RunHeader.announce(settings, data, weights, listener);
        parent.ifPresent(run -> listener.info(run.classes(data.classes())));
        listener.fact("Run", directory.path().toString());
    }

    /** The work of a single run. */
    private SharedWork alone(Dataset data, RunDirectory directory) {
        return new SharedWork(directory.cache(), data, List.of(settings));
    }

    private RunTasks tasks(Dataset data, ResolvedWeights weights, RunDirectory directory, SharedWork shared) {
        RunNetwork network = RunNetwork.of(settings, architecture, data.classes(), weights.weights(), parent, profile);
        RunContext run = new RunContext(settings, network, data, shared, listener, interruption, time);
        return new RunTasks(run, weights, directory, stopwatch);
    }
}

package org.finetune.train;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.StorageException;
import org.finetune.engine.fast.OpProfile;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.run.RunDirectory;
import org.finetune.run.RunLock;
import org.finetune.run.RunLog;
import org.finetune.settings.SettingsWriter;
import org.finetune.settings.TrainSettings;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/** A training run from a folder of images to a run directory, from its beginning or from where it was stopped. */
public final class TrainingRun {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final WeightsResolver resolver;
    private final Map<String, ?> versions;
    private final OpProfile profile;
    private final SharedWork shared;
    private final TrainingListener listener;
    private final Interruption interruption;
    private final Stopwatch stopwatch = new Stopwatch();

    /**
     * Prepares a run by itself.
     *
     * @param resolver finds the pretrained weights
     * @param versions what the run is made with, for the record
     * @param profile where the time of each operation of the fast engine is added up, or null
     * @param interruption ends the run early, in good order
     */
    public TrainingRun(
            TrainSettings settings,
            WeightsResolver resolver,
            Map<String, ?> versions,
            OpProfile profile,
            TrainingListener listener,
            Interruption interruption) {
        this(settings, resolver, versions, profile, null, listener, interruption);
    }

    /**
     * Prepares one of several runs.
     *
     * @param shared what the runs share, or null for a run by itself
     */
    public TrainingRun(
            TrainSettings settings,
            WeightsResolver resolver,
            Map<String, ?> versions,
            OpProfile profile,
            SharedWork shared,
            TrainingListener listener,
            Interruption interruption) {
        this.settings = settings;
        this.architecture = Architecture.of(settings.alpha(), settings.size());
        this.resolver = resolver;
        this.versions = versions;
        this.profile = profile;
        this.shared = shared;
        this.listener = new LoggedProgress(listener);
        this.interruption = interruption;
    }

    /**
     * Trains and writes a new run directory.
     *
     * @param afterwards hears of the run when its files are written, while its log is still open
     * @throws FinetuneException if the images, the weights or the place to write cannot be used, the training diverges,
     *     or the run is interrupted
     */
    public TrainingSummary run(Consumer<FinishedRun> afterwards) {
        Dataset data = scan();
        ResolvedWeights weights = resolve();
        RunDirectory directory = RunDirectory.create(settings.out(), settings.data());
        return in(directory, () -> {
            directory.requireNotBegun();
            announce(data, weights, directory);
            RunOrigin origin = origin(weights);
            new RunFiles(directory).config(SettingsWriter.toYaml(settings, origin.entries()));
            RunPhotos images = RunPhotos.of(data, settings.data());
            images.write(directory.images());
            return stages(data, weights, directory).run(images, origin, profile, afterwards);
        });
    }

    /**
     * Goes on with a run that was stopped.
     *
     * @param directory its directory
     * @param origin what it was made from
     * @param afterwards hears of the run when its files are written, while its log is still open
     * @throws FinetuneException as {@link #run} does, and if the images or the weights are no longer the same
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
            return stages(data, weights, directory).run(images, origin, profile, afterwards);
        });
    }

    /** The images that the directory has recorded, which must still be the same; those of now if none are. */
    private RunPhotos recordedImages(Dataset data, RunDirectory directory) {
        RunPhotos now = RunPhotos.of(data, settings.data());
        if (!Files.exists(directory.images())) {
            now.write(directory.images());
            return now;
        }
        RunPhotos recorded = RunPhotos.read(directory.images());
        recorded.requireSame(now, settings.data());
        return recorded;
    }

    private interface Stages {
        FinishedRun run();
    }

    /** Runs in a directory that no other run uses meanwhile, with a log, and says how to go on if it is stopped. */
    @SuppressWarnings("try") // The log is written through SLF4J, and the lock only held, while they are open.
    private TrainingSummary in(RunDirectory directory, Stages stages) {
        try (RunLock lock = RunLock.take(directory);
                RunLog log = new RunLog(directory.log())) {
            interruption.listen();
            return stages.run().summary();
        } catch (FinetuneException e) {
            if (!directory.hasBegun() || !canGoOn(e)) {
                throw e;
            }
            throw new FinetuneException(
                    e.exitCode(),
                    e.getMessage() + " 'finetune resume " + directory.path() + "' goes on with the run.",
                    e);
        }
    }

    /** Whether a run that failed this way can go on once what it asks for is done. */
    private static boolean canGoOn(FinetuneException e) {
        return e.exitCode() == ExitCode.INTERRUPTED
                || e.exitCode() == ExitCode.BACKEND
                || e instanceof StorageException
                || (e.exitCode() == ExitCode.DATA && e.getCause() instanceof IOException);
    }

    private Dataset scan() {
        Dataset data = shared == null
                ? PhotoScan.of(new PhotoDirectory(settings.data()), settings.valSplit(), listener)
                : shared.images();
        if (settings.classes() != null) {
            data.requireClasses(settings.classes());
        }
        stopwatch.lap("scan");
        return data;
    }

    private ResolvedWeights resolve() {
        ResolvedWeights weights = resolver.resolve(architecture);
        stopwatch.lap("weights");
        return weights;
    }

    private RunOrigin origin(ResolvedWeights weights) {
        return RunOrigin.of(versions, weights, Backend.description());
    }

    private void announce(Dataset data, ResolvedWeights weights, RunDirectory directory) {
        RunHeader.announce(settings, data, weights, listener);
        listener.fact("Run", directory.path().toString());
    }

    private RunStages stages(Dataset data, ResolvedWeights weights, RunDirectory directory) {
        SharedWork work = shared == null ? new SharedWork(directory.cache(), data, List.of(settings)) : shared;
        return new RunStages(settings, data, weights, directory, work, listener, interruption, stopwatch);
    }
}

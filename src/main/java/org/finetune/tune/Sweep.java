package org.finetune.tune;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.backend.cuda.GpuFailureException;
import org.finetune.data.Dataset;
import org.finetune.engine.OpProfile;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.FinishedRun;
import org.finetune.train.NetworkOrigin;
import org.finetune.train.ParentRun;
import org.finetune.train.SharedWork;
import org.finetune.train.TrainingRun;
import org.finetune.train.TrainingSummary;
import org.finetune.weights.WeightsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains with one combination of settings after the other, or as many at a time as there are devices. What became of each is on
 * disk as soon as it is over. A trial that fails is a result like any other and ends nothing.
 */
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final OpenSweep sweep;
    private final Optional<ParentRun> parent;
    private final Map<String, ?> versions;
    private final Consumer<FinishedRun> reporter;
    private final SweepListener listener;
    private final Interruption interruption;

    /**
     * When a sweep is to end although trials are left.
     *
     * @param trials maximum number of trials
     * @param minutes minutes after which no trial begins
     */
    public record Limits(Optional<Integer> trials, Optional<Double> minutes) {

        boolean reached(int trialsDone, double minutesPassed) {
            return trials.filter(most -> trialsDone >= most).isPresent()
                    || minutes.filter(most -> minutesPassed >= most).isPresent();
        }
    }

    /**
     * Prepares a sweep.
     *
     * @param parent the run whose network to begin with instead of pretrained weights, if there is one
     * @param versions what the runs are made with, for the record
     * @param reporter is notified of each run that is the best so far, when its files are written
     * @param interruption ends the sweep early, in good order
     */
    public Sweep(
            OpenSweep sweep,
            Optional<ParentRun> parent,
            Map<String, ?> versions,
            Consumer<FinishedRun> reporter,
            SweepListener listener,
            Interruption interruption) {
        this.sweep = sweep;
        this.parent = parent;
        this.versions = versions;
        this.reporter = reporter;
        this.listener = listener;
        this.interruption = interruption;
    }

    /**
     * Runs the trials that are left, until a limit is reached or the process is told to end.
     *
     * @param data the photos
     * @param devices a value of {@link Setting#DEVICE} for each trial that may run at the same time
     * @throws GpuFailureException if all devices have failed; their trials are still left
     * @throws FinetuneException if the results cannot be written
     */
    public void run(Dataset data, List<Optional<Integer>> devices, Limits limits) {
        List<Trial> trials = sweep.trialsLeft();
        TrialQueue queue = new TrialQueue(trials, limits, interruption);
        try (SharedWork shared = new SharedWork(
                sweep.directory().cache(),
                data,
                trials.stream().map(Trial::settings).toList())) {
            if (devices.size() == 1) {
                run(queue, devices.get(0), shared, listener);
            } else {
                runOnAll(devices, queue, shared);
            }
        } finally {
            sweep.directory().deleteCache();
        }
        queue.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /** Each device has a thread in a group of its own, by which the logs of the trials are kept apart. */
    private void runOnAll(List<Optional<Integer>> devices, TrialQueue queue, SharedWork shared) {
        Executor threads = work -> new Thread(new ThreadGroup("trials"), work).start();
        CompletableFuture<?>[] running = new CompletableFuture<?>[devices.size()];
        for (int i = 0; i < running.length; i++) {
            Optional<Integer> device = devices.get(i);
            SweepListener hears = new ConcurrentTrials(listener, i == 0);
            running[i] = CompletableFuture.runAsync(() -> run(queue, device, shared, hears), threads)
                    .whenComplete((over, failure) -> {
                        if (failure != null) {
                            queue.clear();
                        }
                    });
        }
        try {
            CompletableFuture.allOf(running).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Runs trials on a device, one after the other, until it fails. */
    private void run(TrialQueue queue, Optional<Integer> device, SharedWork shared, SweepListener hears) {
        for (Optional<Trial> next = queue.take(); next.isPresent(); next = queue.take()) {
            Trial trial = next.get();
            hears.trialStarted(trial.number(), sweep.planned(), trial.combination());
            Optional<TrialResult> result;
            try {
                result = run(trial.on(device), shared, hears);
            } catch (GpuFailureException e) {
                sweep.directory().discard(trial.number());
                hears.warning(e.getMessage());
                queue.giveBack(trial, e);
                return;
            }
            shared.finished(trial.settings());
            if (result.isEmpty()) {
                return;
            }
            boolean best = sweep.add(result.get());
            hears.trialFinished(result.get(), sweep.planned(), best);
        }
    }

    /**
     * Runs a trial and returns what became of it, or nothing if it was interrupted.
     *
     * @throws GpuFailureException if the device has failed, and the trial with it
     */
    private Optional<TrialResult> run(Trial trial, SharedWork shared, SweepListener hears) {
        sweep.directory().discard(trial.number());
        long start = System.nanoTime();
        ExitCode exitCode;
        String problem;
        try {
            TrainingSummary summary = train(trial, shared, hears);
            return Optional.of(trial.done(summary, seconds(start)));
        } catch (FinetuneException e) {
            GpuFailureException.in(e).ifPresent(failure -> {
                throw failure;
            });
            if (e.exitCode() == ExitCode.INTERRUPTED) {
                sweep.directory().discard(trial.number());
                return Optional.empty();
            }
            exitCode = e.exitCode();
            problem = e.getMessage();
        } catch (OutOfMemoryError e) {
            exitCode = ExitCode.BACKEND;
            problem = "out of memory (" + e.getMessage() + ")";
        } catch (DeviceMemoryException e) {
            exitCode = ExitCode.BACKEND;
            problem = e.getMessage();
        } catch (RuntimeException e) {
            LOG.error("Trial {} failed", trial.number(), e);
            exitCode = ExitCode.UNEXPECTED;
            problem = "unexpected error: " + e;
        }
        return Optional.of(trial.failed(exitCode, problem, seconds(start)));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private TrainingSummary train(Trial trial, SharedWork shared, SweepListener hears) {
        TrainSettings settings = trial.settings();
        WeightsResolver resolver =
                new WeightsResolver(settings.get(Setting.WEIGHTS), settings.get(Setting.OFFLINE), listener);
        TrainingRun run = new TrainingRun(
                settings, new NetworkOrigin(resolver, parent), versions, OpProfile.NONE, hears, interruption);
        return run.run(shared, finished -> {
            if (sweep.isBest(trial.done(finished.summary(), 0))) {
                reporter.accept(finished);
            }
        });
    }
}

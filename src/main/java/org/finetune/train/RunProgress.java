package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.checkpoint.CheckpointDirectory;

/** How far the training of a run is, kept in its directory so that it can be resumed from there. */
final class RunProgress implements PhaseRecord {
    private final TrainSettings settings;
    private final RunFiles files;
    private final CheckpointDirectory checkpoints;
    private final Interruption interruption;
    private final TimeLimit time;
    private final Stopwatch stopwatch;
    private final List<EpochResult> history = new ArrayList<>();
    private Checkpoint start;
    /** What the phases that are over have come to. */
    private final List<BestEpoch> finished = new ArrayList<>();

    private int restarts;
    private Optional<FittingStages> fitting = Optional.empty();
    private long lastCheckpoint = System.nanoTime();

    RunProgress(
            TrainSettings settings,
            RunFiles files,
            CheckpointDirectory checkpoints,
            Interruption interruption,
            TimeLimit time,
            Stopwatch stopwatch) {
        this.settings = settings;
        this.files = files;
        this.checkpoints = checkpoints;
        this.interruption = interruption;
        this.time = time;
        this.stopwatch = stopwatch;
    }

    /** Goes on from the newest good checkpoint, and returns it; without one the run begins. */
    Optional<Checkpoint> restore() {
        Optional<Checkpoint> newest = checkpoints.newest(Checkpoint::of);
        newest.ifPresent(checkpoint -> {
            start = checkpoint;
            finished.addAll(checkpoint.finished());
            restarts = checkpoint.restarts();
            history.addAll(checkpoint.history());
            stopwatch.add(checkpoint.seconds());
            fitting = checkpoint.fitting();
            time.add(checkpoint.seconds().values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum());
            writeHistory();
        });
        return newest;
    }

    /**
     * Trains a phase from its beginning or from where it was left, unless the run was past it.
     *
     * @return what it has come to
     * @throws FinetuneException with {@link ExitCode#DATA} if the checkpoint is that of another run
     */
    @Override
    public BestEpoch train(Phase phase, PhaseTraining training) {
        try {
            if (phase.number() < finished.size()) {
                BestEpoch outcome = finished.get(phase.number());
                training.finish(outcome);
                return outcome;
            }
            if (start != null && start.phase().equals(phase)) {
                training.restore(start.progress());
            }
        } catch (IllegalArgumentException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The checkpoint belongs to a different run (" + e.getMessage()
                            + "); delete the directory 'checkpoints' of the run to restart its training.",
                    e);
        }
        BestEpoch best = training.run();
        finished.add(best);
        restarts = 0;
        return best;
    }

    @Override
    public int restarts() {
        return restarts;
    }

    @Override
    public void restart(Phase stage) {
        restarts++;
        start = null;
        history.removeIf(epoch -> epoch.phase().equals(stage));
        writeHistory();
        files.curvesBeginAnew();
    }

    /** Takes phase 1 from another run that does the same in it. A run that was past it already has its own. */
    void take(TrainedHead other) {
        if (finished.isEmpty() && start == null) {
            finished.add(other.best());
            history.addAll(other.history());
            writeHistory();
        }
    }

    /** The stages of phase 2 that fit into the run's time, if they have been chosen. */
    Optional<FittingStages> fitting() {
        return fitting;
    }

    /** Keeps the choice of the stages of phase 2 that fit into the run's time, and returns it. */
    FittingStages choose(FittingStages stages) {
        fitting = Optional.of(stages);
        return stages;
    }

    /** Phase 1, which is over. */
    TrainedHead head() {
        return new TrainedHead(
                finished.get(0),
                history.stream().filter(epoch -> epoch.phase().isHead()).toList());
    }

    /** The epochs of both phases that are over. */
    List<EpochResult> history() {
        return history;
    }

    /** Keeps what it is notified of a phase. */
    @Override
    public PhaseListener listener(Phase phase) {
        return new PhaseListener() {
            @Override
            public void epochFinished(EpochResult result, Supplier<PhaseProgress> progress) {
                history.add(result);
                writeHistory();
                files.curves(result, history.size());
                write(phase, progress.get(), interruption.isRequested());
                interruption.check();
            }

            @Override
            public void stepFinished(Supplier<PhaseProgress> progress) {
                if (interruption.isRequested() || isDue()) {
                    write(phase, progress.get(), true);
                    interruption.check();
                }
                time.check();
            }
        };
    }

    private void writeHistory() {
        files.history(history);
    }

    private boolean isDue() {
        double minutes = (System.nanoTime() - lastCheckpoint) / 60e9;
        return settings.get(Setting.CHECKPOINT_MINUTES) > 0 && minutes >= settings.get(Setting.CHECKPOINT_MINUTES);
    }

    /** Writes a checkpoint, unless the last step has left parameters that are no numbers, as the next will notice. */
    private void write(Phase phase, PhaseProgress progress, boolean durable) {
        if (!isFinite(progress.tail().parameters())) {
            return;
        }
        stopwatch.lap(phase.label());
        checkpoints.write(
                new Checkpoint(
                                phase,
                                progress,
                                List.copyOf(finished),
                                restarts,
                                fitting,
                                List.copyOf(history),
                                stopwatch.tasks())
                        .toSnapshot(),
                durable);
        lastCheckpoint = System.nanoTime();
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}

package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.finetune.run.Interruption;

/** Keeps the epochs of training that goes in one go, such as that of a fold, in memory alone. */
final class UnsavedRecord implements PhaseRecord {
    private final Interruption interruption;
    private final List<EpochResult> history = new ArrayList<>();
    private int restarts;

    /**
     * Begins without epochs.
     *
     * @param interruption ends a phase between two steps
     */
    UnsavedRecord(Interruption interruption) {
        this.interruption = interruption;
    }

    @Override
    public PhaseListener listener(Phase phase) {
        return new PhaseListener() {
            @Override
            public void epochFinished(EpochResult result, Supplier<PhaseProgress> progress) {
                history.add(result);
                interruption.check();
            }

            @Override
            public void stepFinished(Supplier<PhaseProgress> progress) {
                interruption.check();
            }
        };
    }

    @Override
    public BestEpoch train(Phase phase, PhaseTraining training) {
        return training.run();
    }

    @Override
    public int restarts() {
        return restarts;
    }

    @Override
    public void restart(Phase stage) {
        restarts++;
        history.removeIf(epoch -> epoch.phase().equals(stage));
    }

    /** The epochs of both phases that are over. */
    List<EpochResult> history() {
        return history;
    }
}

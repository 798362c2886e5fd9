package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.finetune.run.Interruption;

/** Notes the epochs of a fold, which is trained in one go. */
final class FoldRecord implements PhaseRecord {
    private final Interruption interruption;
    private final List<EpochResult> history = new ArrayList<>();
    private int restarts;

    FoldRecord(Interruption interruption) {
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

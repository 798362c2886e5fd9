package org.finetune.train;

import java.util.function.Supplier;
import org.finetune.run.Interruption;

/** Has the phases of a run trained, and decides what is kept of how they go. */
interface PhaseRecord {

    /** Hears how a phase is trained. */
    PhaseListener listener(Phase phase);

    /**
     * Trains a phase, or what is left of it.
     *
     * @return the epoch that is kept, whose parameters the training's tail has afterwards
     */
    BestEpoch train(Phase phase, PhaseTraining training);

    /** How often the stage of phase 2 that is trained has begun anew since its loss jumped. */
    int restarts();

    /** Forgets how a stage of phase 2 has gone so far, except that it begins once more. */
    void restart(Phase stage);

    /**
     * Keeps nothing.
     *
     * @param interruption ends a phase between two steps
     */
    static PhaseRecord none(Interruption interruption) {
        PhaseListener listener = new PhaseListener() {
            @Override
            public void epochFinished(EpochResult result, Supplier<PhaseProgress> progress) {
                interruption.check();
            }

            @Override
            public void stepFinished(Supplier<PhaseProgress> progress) {
                interruption.check();
            }
        };
        return new PhaseRecord() {
            private int restarts;

            @Override
            public PhaseListener listener(Phase phase) {
                return listener;
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
            }
        };
    }
}

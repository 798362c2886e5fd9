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
     * @return its best epoch, whose parameters the trainer's tail has afterwards
     */
    BestEpoch train(Phase phase, PhaseTrainer trainer);

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
            @Override
            public PhaseListener listener(Phase phase) {
                return listener;
            }

            @Override
            public BestEpoch train(Phase phase, PhaseTrainer trainer) {
                return trainer.run();
            }
        };
    }
}

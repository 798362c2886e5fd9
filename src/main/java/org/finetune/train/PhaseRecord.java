package org.finetune.train;

/** Has the phases of a run trained, and decides what is kept of how they go. */
interface PhaseRecord {

    /** Is told how a phase is trained. */
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
}

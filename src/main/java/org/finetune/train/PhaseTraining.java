package org.finetune.train;

import java.util.List;

/** A phase that is trained, resumed from where it was left, or over already. */
interface PhaseTraining {

    /**
     * Has {@link #run} continue from where another training of the same phase was.
     *
     * @throws IllegalArgumentException if it was of another phase, network or number of classes
     */
    void restore(PhaseProgress progress);

    /**
     * Takes over what another training of the same phase has come to, in place of {@link #run}.
     *
     * @throws IllegalArgumentException if it was of another network
     */
    void finish(BestEpoch outcome);

    /**
     * Trains what is left. Afterwards the tail has the parameters that are kept.
     *
     * @return the epoch that is kept
     */
    BestEpoch run();

    /** What the kept epoch makes of each validation image, in the order of the cache; for afterwards. */
    List<float[]> probabilities();
}

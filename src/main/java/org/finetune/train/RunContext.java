package org.finetune.train;

import org.finetune.data.Dataset;
import org.finetune.run.Interruption;
import org.finetune.settings.TrainSettings;

/**
 * What the stages of a run work on, and with.
 *
 * @param shared what other runs have done already
 * @param listener is told how the run goes
 * @param interruption ends it early, in good order
 * @param time how long it may take
 */
record RunContext(
        TrainSettings settings,
        RunNetwork network,
        Dataset data,
        SharedWork shared,
        TrainingListener listener,
        Interruption interruption,
        TimeLimit time) {

    /** The same with another plan of phase 2. */
    RunContext with(RecipePlan plan) {
        return new RunContext(settings, network.with(plan), data, shared, listener, interruption, time);
    }

    /** The same with other photos. */
    RunContext with(Dataset photos) {
        return new RunContext(settings, network, photos, shared, listener, interruption, time);
    }

    /** The same with another listener. */
    RunContext with(TrainingListener other) {
        return new RunContext(settings, network, data, shared, other, interruption, time);
    }

    /** Ends what goes on if the user or the time limit wants it. */
    void check() {
        interruption.check();
        time.check();
    }
}

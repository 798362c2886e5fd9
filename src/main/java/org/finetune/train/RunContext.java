package org.finetune.train;

import org.finetune.data.Dataset;
import org.finetune.run.Interruption;
import org.finetune.settings.TrainSettings;

/**
 * What the stages of a run work on, and with.
 *
 * @param shared what other runs have done already
 * @param listener hears how the run goes
 * @param interruption ends it early, in good order
 */
record RunContext(
        TrainSettings settings,
        RunNetwork network,
        Dataset data,
        SharedWork shared,
        TrainingListener listener,
        Interruption interruption) {}

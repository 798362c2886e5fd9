package org.finetune.train;

import org.finetune.data.Dataset;
import org.finetune.engine.Engine;
import org.finetune.model.Architecture;
import org.finetune.settings.TrainSettings;

/**
 * What the stages of a run work on, and with.
 *
 * @param architecture the network without its head
 * @param engine computes
 * @param shared what other runs have done already
 * @param listener hears how the run goes
 */
record RunContext(
        TrainSettings settings,
        Architecture architecture,
        Dataset data,
        Engine engine,
        SharedWork shared,
        TrainingListener listener) {}

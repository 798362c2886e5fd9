package org.finetune.train;

import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/**
 * How a phase is trained.
 *
 * @param phase which phase
 * @param epochs most epochs
 * @param patience epochs without a better validation loss after which to stop; 0 never stops early
 * @param batchSize images per step
 * @param learningRate Adam learning rate
 * @param seed seed of order, views and dropout
 */
record PhaseSettings(Phase phase, int epochs, int patience, int batchSize, double learningRate, long seed) {

    /** How a run with some settings trains a phase. */
    static PhaseSettings of(TrainSettings run, Phase phase) {
        return new PhaseSettings(
                phase,
                phase == Phase.HEAD ? run.get(Setting.HEAD_EPOCHS) : run.get(Setting.EPOCHS),
                run.get(Setting.PATIENCE),
                run.get(Setting.BATCH_SIZE),
                phase.learningRate(run),
                run.get(Setting.SEED));
    }
}

package org.finetune.train;

/**
 * How a phase is trained.
 *
 * @param phase which phase
 * @param epochs most epochs
 * @param patience epochs in a row without a better one after which to stop and go back to the best; 0 trains all epochs and
 *     keeps the last
 * @param batchSize images per step
 * @param learningRate Adam learning rate of each step
 * @param seed seed of order, views and dropout
 */
public record PhaseSettings(
        Phase phase, int epochs, int patience, int batchSize, LearningRateSchedule learningRate, long seed) {

    /** The same with another number of epochs. */
    PhaseSettings withEpochs(int other) {
        return new PhaseSettings(phase, other, patience, batchSize, learningRate, seed);
    }

    /** The same at a learning rate that is half as high, or half of that and so on. */
    PhaseSettings halved(int times) {
        return new PhaseSettings(phase, epochs, patience, batchSize, learningRate.halved(times), seed);
    }
}

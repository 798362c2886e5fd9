package org.finetune.train;

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
record PhaseSettings(Phase phase, int epochs, int patience, int batchSize, double learningRate, long seed) {}

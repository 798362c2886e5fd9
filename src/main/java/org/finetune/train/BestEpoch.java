package org.finetune.train;

import org.finetune.metrics.ClassificationMetrics;

/**
 * The epoch of a phase that had the lowest validation loss so far.
 *
 * @param validation its figures on the validation images
 * @param parameters the trained parameters after it, in the engine's order
 * @param epochsSince number of epochs since then
 */
record BestEpoch(ClassificationMetrics validation, float[] parameters, int epochsSince) {}

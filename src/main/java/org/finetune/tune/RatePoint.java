package org.finetune.tune;

/**
 * A step of a learning-rate range test.
 *
 * @param learningRate Adam learning rate of the step
 * @param loss mean cross-entropy of the step's batch, before the step
 * @param smoothed the same, smoothed over the steps so far
 */
public record RatePoint(double learningRate, double loss, double smoothed) {}

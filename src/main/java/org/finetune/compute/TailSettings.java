package org.finetune.compute;

/**
 * How a tail is trained.
 *
 * @param batchSize most examples of one step
 * @param learningRate Adam learning rate of the first step
 * @param dropout share of features dropped before the softmax layer, in [0, 1)
 * @param labelSmoothing share of each target spread evenly over all classes, in [0, 1)
 */
public record TailSettings(int batchSize, double learningRate, double dropout, double labelSmoothing) {}

package org.finetune.metrics;

/**
 * How well one class is recognized.
 *
 * @param name name of the class
 * @param precision share of the images predicted as the class that are of it, or 0 if none is predicted
 * @param recall share of the images of the class that are predicted as it, or 0 if there are none
 * @param f1 harmonic mean of precision and recall, or 0 if both are 0
 * @param support number of images of the class
 */
public record ClassMetrics(String name, double precision, double recall, double f1, long support) {}

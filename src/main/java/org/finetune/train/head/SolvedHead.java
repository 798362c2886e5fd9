package org.finetune.train.head;

/**
 * A softmax layer that was solved.
 *
 * @param kernel {@code [features,classes]} in row-major order, for features as they are
 * @param bias by class
 * @param lambda weight of the penalty that was used
 * @param objective mean cross-entropy and penalty at the end, in nats
 * @param loss mean cross-entropy at the end, in nats
 * @param passes number of times that all rows were gone through for these parameters, without cross-validation
 */
public record SolvedHead(float[] kernel, float[] bias, double lambda, double objective, double loss, int passes) {}

package org.finetune.train.head;

/**
 * A softmax layer that was solved.
 *
 * @param kernel {@code [features,classes]} in row-major order, for features as they are
 * @param bias by class
 * @param lambda weight of the penalty that was used
 * @param loss mean cross-entropy at the end, in nats
 * @param converged whether the solver came to its end before its steps were used up
 */
public record SolvedHead(float[] kernel, float[] bias, double lambda, double loss, boolean converged) {}

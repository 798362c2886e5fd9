package org.finetune.train;

/** Hears of the steps of a learning-rate range test. */
@FunctionalInterface
public interface RangeTestListener {

    /**
     * A step was taken.
     *
     * @param learningRate its learning rate
     * @param loss mean cross-entropy of its batch before it, perhaps no finite number
     * @return whether to go on
     */
    boolean stepTaken(double learningRate, double loss);
}

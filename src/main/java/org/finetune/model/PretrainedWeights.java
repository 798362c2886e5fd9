package org.finetune.model;

/** Where a network's pretrained parameters come from. */
@FunctionalInterface
public interface PretrainedWeights {

    /**
     * Loads the parameters of the base.
     *
     * @throws org.finetune.FinetuneException if they cannot be had or do not fit the architecture
     */
    Weights load(Architecture architecture);
}

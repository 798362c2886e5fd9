package org.finetune.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Activations of a layer that are kept to train with, as records of equal length that do not change. */
public interface Activations {

    /** Number of records. */
    int count();

    /**
     * Copies records.
     *
     * @param records their numbers, from 0
     * @param batch {@code [records,H,W,C]} in C order, or more rows
     */
    void read(int[] records, INDArray batch);
}

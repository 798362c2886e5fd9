package org.finetune.train.head;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Feature vectors of labeled photos, a row for each view of each photo. They may be more than fit into memory. */
public interface FeatureRows {

    /** Number of rows. */
    int count();

    /** Length of a row. */
    int features();

    /** The class of a row, from 0. */
    int label(int row);

    /** A number that rows have in common which must not be divided by cross-validation, such as the views of a photo. */
    int group(int row);

    /**
     * Copies rows into a batch. Calls never overlap; rows in rising order are the most frequent case.
     *
     * @param rows their numbers, from 0
     * @param batch {@code [rows,features]} float32 in C order, or more rows, which are left as they are
     */
    void read(int[] rows, INDArray batch);
}

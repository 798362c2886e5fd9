package org.finetune.train.head;

import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Feature vectors of labelled photos, a row for each view of each photo. They may be more than fit into memory. */
public interface FeatureRows {

    /** Receives rows one by one. */
    @FunctionalInterface
    interface Visitor {

        /**
         * Receives a row.
         *
         * @param values an array with the row in it, which is reused afterwards
         * @param offset where in the array the row begins
         */
        void visit(float[] values, int offset);
    }

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

    /**
     * Has rows that are in a file read in the order of the file, so that the operating system has them in memory when they are read
     * one by one.
     *
     * @param rows their numbers, from 0
     */
    default void readAhead(int[] rows) {}

    /** Reads all rows in order, some at a time. */
    default void forEach(Visitor visitor) {
        int most = 256;
        float[] values = new float[most * features()];
        try (INDArray batch = Nd4j.create(DataType.FLOAT, new long[] {most, features()}, 'c')) {
            for (int from = 0; from < count(); from += most) {
                int[] rows =
                        IntStream.range(from, Math.min(from + most, count())).toArray();
                read(rows, batch);
                HostMemory.read(batch, values);
                for (int row = 0; row < rows.length; row++) {
                    visitor.visit(values, row * features());
                }
            }
        }
    }
}

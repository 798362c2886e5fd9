package org.finetune.train.features;

import org.bytedeco.javacpp.FloatPointer;

/** Activations kept for reading again: records of a fixed number of float32 values. Not thread-safe. */
interface ActivationStore extends AutoCloseable {

    /** Number of values of a record. */
    int recordLength();

    /**
     * Adds records after those that are there.
     *
     * @param values the records, one after the other
     */
    void append(int records, FloatPointer values);

    /**
     * Replaces records.
     *
     * @param first number of the first of them
     * @param values the records, one after the other
     */
    void write(int first, int count, FloatPointer values);

    /**
     * Reads one record.
     *
     * @param record its number, from 0
     * @param destination room for it
     * @return whether it is what was written; if not, the destination is undefined
     */
    boolean read(int record, FloatPointer destination);

    /**
     * Has the operating system read records ahead of their use, where they are in a file.
     *
     * @param records their numbers, in ascending order
     */
    default void readAhead(int[] records) {}

    /** CRC-32C of a record; 0 if none is kept, since the record does not outlive the process. */
    int checksum(int record);

    @Override
    void close();
}

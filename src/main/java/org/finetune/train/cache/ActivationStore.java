package org.finetune.train.cache;

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
     * Reads one record.
     *
     * @param record its number, from 0
     * @param destination room for it
     */
    void read(long record, FloatPointer destination);

    @Override
    void close();
}

package org.finetune.train.cache;

import org.bytedeco.javacpp.FloatPointer;

/** Activations kept for reading again: records of a fixed number of float32 values. Not thread-safe. */
public interface ActivationStore extends AutoCloseable {

    /**
     * Writes consecutive records.
     *
     * @param record number of the first, from 0
     * @param values the records, one after the other
     */
    void write(long record, int records, FloatPointer values);

    /**
     * Reads one record.
     *
     * @param destination room for it
     */
    void read(long record, FloatPointer destination);

    @Override
    void close();
}

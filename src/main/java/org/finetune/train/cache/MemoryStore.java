package org.finetune.train.cache;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Activations in native memory. */
final class MemoryStore implements ActivationStore {
    private final int recordLength;
    private final FloatPointer memory;
    private long records;

    /**
     * Takes the memory.
     *
     * @param capacity most records
     */
    MemoryStore(long capacity, int recordLength) {
        this.recordLength = recordLength;
        this.memory = new FloatPointer(capacity * recordLength);
    }

    @Override
    public int recordLength() {
        return recordLength;
    }

    @Override
    public void append(int added, FloatPointer values) {
        Pointer.memcpy(at(records), values, (long) added * recordLength * Float.BYTES);
        records += added;
    }

    @Override
    public void read(long record, FloatPointer destination) {
        Pointer.memcpy(destination, at(record), (long) recordLength * Float.BYTES);
    }

    private FloatPointer at(long record) {
        return memory.getPointer(FloatPointer.class, record * recordLength);
    }

    @Override
    public void close() {
        memory.close();
    }
}

package org.finetune.train.features;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Activations in native memory. */
final class MemoryStore implements ActivationStore {
    private final int recordLength;
    private final FloatPointer memory;
    private int records;

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
        write(records, added, values);
        records += added;
    }

    @Override
    public void write(int first, int count, FloatPointer values) {
        Pointer.memcpy(at(first), values, (long) count * recordLength * Float.BYTES);
    }

    @Override
    public boolean read(int record, FloatPointer destination) {
        Pointer.memcpy(destination, at(record), (long) recordLength * Float.BYTES);
        return true;
    }

    @Override
    public int checksum(int record) {
        return 0;
    }

    private FloatPointer at(int record) {
        return memory.getPointer(FloatPointer.class, (long) record * recordLength);
    }

    @Override
    public void close() {
        memory.close();
    }
}

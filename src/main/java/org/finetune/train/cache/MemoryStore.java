package org.finetune.train.cache;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Activations in native memory. */
final class MemoryStore implements ActivationStore {
    private final int recordLength;
    private final FloatPointer memory;

    MemoryStore(long records, int recordLength) {
        this.recordLength = recordLength;
        this.memory = new FloatPointer(records * recordLength);
    }

    @Override
    public void write(long record, int records, FloatPointer values) {
        Pointer.memcpy(at(record), values, (long) records * recordLength * Float.BYTES);
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

package org.finetune.train.features;

import java.util.BitSet;
import org.bytedeco.javacpp.FloatPointer;

/** Activations that are read from memory, and written to a file too, for a run that goes on after this one was stopped. */
final class MirroredStore implements ActivationStore {
    private final MemoryStore memory;
    private final FileStore file;

    /**
     * Reads what the file has into memory.
     *
     * @param capacity most records
     * @param damaged the records of the file that are damaged
     */
    MirroredStore(long capacity, FileStore file, BitSet damaged) {
        this.memory = new MemoryStore(capacity, file.recordLength());
        this.file = file;
        try (FloatPointer record = new FloatPointer(file.recordLength())) {
            for (int i = 0; i < file.records(); i++) {
                if (!file.read(i, record)) {
                    damaged.set(i);
                }
                memory.append(1, record);
            }
        }
    }

    @Override
    public int recordLength() {
        return file.recordLength();
    }

    @Override
    public void append(int records, FloatPointer values) {
        memory.append(records, values);
        file.append(records, values);
    }

    @Override
    public void write(int first, int count, FloatPointer values) {
        memory.write(first, count, values);
        file.write(first, count, values);
    }

    @Override
    public boolean read(int record, FloatPointer destination) {
        return memory.read(record, destination);
    }

    @Override
    public int checksum(int record) {
        return file.checksum(record);
    }

    @Override
    public void close() {
        memory.close();
        file.close();
    }
}

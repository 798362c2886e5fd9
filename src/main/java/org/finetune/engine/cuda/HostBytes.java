package org.finetune.engine.cuda;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.cuda.CudaContext;

/** Bytes in the memory of the process that a GPU copies. They are pinned where the system allows it. */
final class HostBytes implements AutoCloseable {
    private final CudaContext context;
    private final BytePointer memory;
    private final boolean pinned;

    /** Room with undefined content. */
    HostBytes(CudaContext context, long length) {
        this.context = context;
        this.memory = new BytePointer(length);
        this.pinned = context.pin(memory.address(), length);
    }

    /** Replaces bytes from a place on. */
    void copy(Pointer from, long place, long length) {
        Pointer.memcpy(memory.getPointer(place), from, length);
    }

    /** The address of a byte. */
    long at(long place) {
        return memory.address() + place;
    }

    @Override
    public void close() {
        if (pinned) {
            context.unpin(memory.address());
        }
        memory.close();
    }
}

package org.finetune.backend.cuda;

/** Room for float32 values, or others of 4 bytes, in the memory of a GPU. They are undefined until something is written. */
public final class DeviceArray implements AutoCloseable {
    private final long address;
    private final long length;
    private final CudaContext context;

    DeviceArray(long address, long length, CudaContext context) {
        this.address = address;
        this.length = length;
        this.context = context;
    }

    /** The address on the device, as kernels take it; a multiple of 16. */
    public long address() {
        return address;
    }

    /** The address of a value. */
    public long at(long value) {
        return address + value * Float.BYTES;
    }

    /** Number of values. */
    public long length() {
        return length;
    }

    /** Frees the memory. A GPU that has failed has nothing left to be freed, so its answer does not matter. */
    @Override
    public void close() {
        context.free(address);
    }
}

package org.finetune.backend.cuda;

import java.util.ArrayList;
import java.util.List;

/** Arrays of a GPU that are freed together. */
public final class DeviceArrays implements AutoCloseable {
    private final CudaContext context;
    private final List<DeviceArray> arrays = new ArrayList<>();

    /** None so far. */
    public DeviceArrays(CudaContext context) {
        this.context = context;
    }

    /**
     * Another array, with undefined values.
     *
     * @param length number of values, at least 1
     * @throws DeviceMemoryException if the device has too little memory
     */
    public DeviceArray take(long length) {
        DeviceArray array = context.allocate(length);
        arrays.add(array);
        return array;
    }

    /**
     * Another array for bytes.
     *
     * @param length number of bytes, at least 1
     */
    public DeviceArray takeBytes(long length) {
        return take((length + Float.BYTES - 1) / Float.BYTES);
    }

    @Override
    public void close() {
        arrays.forEach(DeviceArray::close);
        arrays.clear();
    }
}

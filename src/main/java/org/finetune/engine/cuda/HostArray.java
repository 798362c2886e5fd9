package org.finetune.engine.cuda;

import org.bytedeco.javacpp.FloatPointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.cuda.CudaContext;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array in the memory of the process that a GPU copies from and to. It is pinned where the system allows it. */
final class HostArray implements AutoCloseable {
    private final CudaContext context;
    private final INDArray array;
    private final long address;
    private final boolean pinned;

    /** An array of zeros. */
    HostArray(CudaContext context, long... shape) {
        this.context = context;
        this.array = Nd4j.create(DataType.FLOAT, shape, 'c');
        this.address = HostMemory.of(array).address();
        this.pinned = context.pin(address, array.length() * Float.BYTES);
    }

    INDArray array() {
        return array;
    }

    /** The address of a value. */
    long at(long value) {
        return address + value * Float.BYTES;
    }

    /** A value and what follows it. */
    FloatPointer pointer(long value) {
        return HostMemory.of(array).getPointer(FloatPointer.class, value);
    }

    /** A copy of values. */
    float[] values(long first, int count) {
        float[] values = new float[count];
        pointer(first).get(values);
        return values;
    }

    @Override
    public void close() {
        if (pinned) {
            context.unpin(address);
        }
        array.close();
    }
}

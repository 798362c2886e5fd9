package org.finetune.engine.cuda;

import org.finetune.backend.cuda.CudaContext;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.engine.OpProfile;

/** What a part of the network is computed with on a GPU: a stream of work, the operations in it, and arrays on the device. */
final class Workspace implements AutoCloseable {
    private final CudaContext context;
    private final CudaStream stream;
    private final Operations operations;
    private final DeviceArrays arrays;

    /**
     * A workspace without arrays.
     *
     * @param profile where the time of each operation is added up, for which the CPU then waits
     */
    Workspace(Kernels kernels, OpProfile profile) {
        this.context = kernels.context();
        this.stream = new CudaStream(context);
        this.operations = new Operations(kernels, stream, profile);
        this.arrays = new DeviceArrays(context);
    }

    CudaContext context() {
        return context;
    }

    CudaStream stream() {
        return stream;
    }

    Operations operations() {
        return operations;
    }

    DeviceArrays arrays() {
        return arrays;
    }

    /** Another array with these values, which the stream copies to it. */
    DeviceArray take(float[] values) {
        DeviceArray array = arrays.take(values.length);
        stream.upload(values, array.address());
        return array;
    }

    /** Ends the work, then frees the arrays. */
    @Override
    public void close() {
        stream.close();
        arrays.close();
    }
}

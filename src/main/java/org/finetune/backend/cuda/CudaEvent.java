package org.finetune.backend.cuda;

/** A point in the work of a stream that another one can wait for. */
public final class CudaEvent implements AutoCloseable {
    private final long event;

    /** An event that has not been recorded, for which nothing waits. */
    public CudaEvent(CudaContext context) {
        context.use();
        long[] created = new long[1];
        CudaFault.check(CudaDriver.cuEventCreate(created, CudaDriver.EVENT_DISABLE_TIMING), "preparing work");
        this.event = created[0];
    }

    long handle() {
        return event;
    }

    @Override
    public void close() {
        CudaDriver.cuEventDestroy_v2(event);
    }
}

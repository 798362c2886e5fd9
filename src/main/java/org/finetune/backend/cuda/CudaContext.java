package org.finetune.backend.cuda;

import java.util.Arrays;
import org.finetune.FinetuneException;

/** A GPU that this process has opened, once: its primary context, which lasts as long as the process. */
public final class CudaContext {
    private final Gpu gpu;
    private final long context;

    /**
     * Opens a GPU.
     *
     * @throws FinetuneException with {@link org.finetune.ExitCode#BACKEND} if it cannot be used
     */
    public CudaContext(Gpu gpu) {
        this.gpu = gpu;
        int[] device = new int[1];
        long[] opened = new long[1];
        CudaFault.check(CudaDriver.cuDeviceGet(device, gpu.index()), "being opened");
        CudaFault.check(CudaDriver.cuDevicePrimaryCtxRetain(opened, device[0]), "being opened");
        this.context = opened[0];
    }

    /** The GPU. */
    public Gpu gpu() {
        return gpu;
    }

    /** Has what this thread does from now on done on this GPU. All other methods, and streams and arrays, need it. */
    public void use() {
        CudaFault.check(CudaDriver.cuCtxSetCurrent(context), "being chosen");
    }

    /** Bytes of the GPU's memory that nothing uses at the moment. */
    public long freeMemory() {
        use();
        long[] free = new long[1];
        CudaFault.check(CudaDriver.cuMemGetInfo_v2(free, new long[1]), "being asked for its memory");
        return free[0];
    }

    DeviceArray allocate(long length) {
        use();
        long[] address = new long[1];
        CudaFault.check(
                CudaDriver.cuMemAlloc_v2(address, length * Float.BYTES),
                "allocating " + (length * Float.BYTES >> 10) + " KiB");
        return new DeviceArray(address[0], length, this);
    }

    void free(long address) {
        if (isUsable()) {
            CudaDriver.cuMemFree_v2(address);
        }
    }

    /** As {@link #use}, for what is done at the end even where the GPU has failed. */
    boolean isUsable() {
        return CudaDriver.cuCtxSetCurrent(context) == CudaDriver.SUCCESS;
    }

    /**
     * Keeps memory of the process in place, so that the GPU reads and writes it by itself while the CPU goes on.
     *
     * @return whether the system allows it; if not, copies are slower
     */
    public boolean pin(long address, long bytes) {
        use();
        return CudaDriver.cuMemHostRegister_v2(address, bytes, 0) == CudaDriver.SUCCESS;
    }

    /** Ends {@link #pin}. */
    public void unpin(long address) {
        if (isUsable()) {
            CudaDriver.cuMemHostUnregister(address);
        }
    }

    /**
     * Has the driver compile kernels.
     *
     * @param ptx their PTX, in ASCII
     * @throws FinetuneException with {@link org.finetune.ExitCode#BACKEND} if the driver does not take them
     */
    public CudaModule load(byte[] ptx) {
        use();
        long[] module = new long[1];
        byte[] terminated = Arrays.copyOf(ptx, ptx.length + 1);
        CudaFault.check(CudaDriver.cuModuleLoadDataEx(module, terminated, 0, 0, 0), "loading the kernels of finetune");
        return new CudaModule(module[0]);
    }
}

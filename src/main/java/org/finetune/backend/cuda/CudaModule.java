package org.finetune.backend.cuda;

/** Compiled kernels. */
public final class CudaModule {
    private final long module;

    CudaModule(long module) {
        this.module = module;
    }

    /** A kernel by its name. */
    public Kernel kernel(String name) {
        long[] function = new long[1];
        CudaFault.check(CudaDriver.cuModuleGetFunction(function, module, name), "looking for the kernel " + name);
        return new Kernel(name, function[0]);
    }

    /**
     * A function that runs on a GPU.
     *
     * @param name its name in the source
     * @param handle the driver's handle
     */
    public record Kernel(String name, long handle) {}
}

package org.finetune.backend.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The functions of NVIDIA's driver ({@code libcuda.so.1}, CUDA driver API) that are used, under their names in {@code cuda.h}. Handles
 * and addresses, of the device and of the process, are {@code long}; results are {@code CUresult}.
 */
final class CudaDriver {
    static final int SUCCESS = 0;
    static final int OUT_OF_MEMORY = 2;
    static final int NO_DEVICE = 100;

    static final int COMPUTE_CAPABILITY_MAJOR = 75;
    static final int COMPUTE_CAPABILITY_MINOR = 76;
    static final int STREAM_NON_BLOCKING = 1;
    static final int EVENT_DISABLE_TIMING = 2;

    private static final String LIBRARY = "libcuda.so.1";

    private static boolean loaded;

    private CudaDriver() {}

    /**
     * Loads the driver, once in a process.
     *
     * @throws UnsatisfiedLinkError if there is none, or it lacks a function
     */
    static synchronized void load() {
        if (!loaded) {
            Native.register(CudaDriver.class, NativeLibrary.getInstance(LIBRARY));
            loaded = true;
        }
    }

    static native int cuInit(int flags);

    static native int cuDriverGetVersion(int[] version);

    static native int cuDeviceGetCount(int[] count);

    static native int cuDeviceGet(int[] device, int ordinal);

    static native int cuDeviceGetName(byte[] name, int length, int device);

    static native int cuDeviceTotalMem_v2(long[] bytes, int device);

    static native int cuDeviceGetPCIBusId(byte[] id, int length, int device);

    static native int cuDeviceGetAttribute(int[] value, int attribute, int device);

    static native int cuDevicePrimaryCtxRetain(long[] context, int device);

    static native int cuCtxSetCurrent(long context);

    static native int cuMemGetInfo_v2(long[] free, long[] total);

    static native int cuMemAlloc_v2(long[] address, long bytes);

    static native int cuMemFree_v2(long address);

    static native int cuMemHostRegister_v2(long address, long bytes, int flags);

    static native int cuMemHostUnregister(long address);

    static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

    static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

    static native int cuStreamCreate(long[] stream, int flags);

    static native int cuStreamDestroy_v2(long stream);

    static native int cuStreamSynchronize(long stream);

    static native int cuStreamWaitEvent(long stream, long event, int flags);

    static native int cuEventCreate(long[] event, int flags);

    static native int cuEventDestroy_v2(long event);

    static native int cuEventRecord(long event, long stream);

    static native int cuModuleLoadDataEx(long[] module, byte[] image, int options, long names, long values);

    static native int cuModuleGetFunction(long[] function, long module, String name);

    static native int cuLaunchKernel(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            long stream,
            long arguments,
            long extra);

    static native int cuGetErrorName(int result, long[] name);

    static native int cuGetErrorString(int result, long[] text);
}

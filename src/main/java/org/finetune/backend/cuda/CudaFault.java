package org.finetune.backend.cuda;

import com.sun.jna.Pointer;

/** Results of the driver as failures. */
final class CudaFault {
    private CudaFault() {}

    /**
     * Checks a result.
     *
     * @param doing what failed if it did, such as "copying from the GPU"
     * @throws DeviceMemoryException if the device has too little memory
     * @throws GpuFailureException if anything else failed
     */
    static void check(int result, String doing) {
        if (result == CudaDriver.OUT_OF_MEMORY) {
            throw new DeviceMemoryException(doing);
        }
        if (result != CudaDriver.SUCCESS) {
            throw new GpuFailureException("The GPU failed while " + doing + " (" + describe(result)
                    + "); see 'nvidia-smi' and 'dmesg' for the cause, or use --backend cpu.");
        }
    }

    /** The driver's name and text of a result, such as "CUDA_ERROR_LAUNCH_FAILED (unspecified launch failure)". */
    static String describe(int result) {
        long[] name = new long[1];
        long[] text = new long[1];
        if (CudaDriver.cuGetErrorName(result, name) != CudaDriver.SUCCESS
                || CudaDriver.cuGetErrorString(result, text) != CudaDriver.SUCCESS) {
            return "CUDA error " + result;
        }
        return string(name[0]) + " (" + string(text[0]) + ")";
    }

    private static String string(long address) {
        return new Pointer(address).getString(0);
    }
}

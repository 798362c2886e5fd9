package org.finetune.backend;

import java.util.List;
import org.finetune.backend.cuda.Gpu;

/**
 * A graphics card as the NVIDIA driver describes it.
 *
 * @param number its place among the visible devices, from 0
 * @param uuid the name that it has for itself, such as "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"
 * @param name product name
 * @param driver version of the driver
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 * @param memoryMib size of its memory in MiB
 */
public record CudaDevice(int number, String uuid, String name, String driver, int major, int minor, long memoryMib) {
    /**
     * Compute capabilities for which nd4j-cuda-11.6 has machine code. It has no PTX that the driver could compile for
     * others, and machine code runs only on the same major and an equal or higher minor number.
     */
    private static final List<String> COMPILED_FOR =
            List.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6");

    /** Whether ND4J has code that this device can run. */
    public boolean runsNd4j() {
        return runsNd4j(major, minor);
    }

    /** Whether finetune's own kernels run on it. */
    boolean runsOwnKernels() {
        return Gpu.isServed(major, minor);
    }

    static boolean runsNd4j(int major, int minor) {
        return COMPILED_FOR.stream()
                .map(capability -> capability.split("\\."))
                .anyMatch(code -> Integer.parseInt(code[0]) == major && Integer.parseInt(code[1]) <= minor);
    }

    /** The kind of device: all that the last bits of a result may depend on. */
    public String kind() {
        return name + " (compute capability " + major + "." + minor + ", driver " + driver + ")";
    }

    /** Whether {@code CUDA_VISIBLE_DEVICES} means this device by a number or the beginning of a UUID. */
    boolean isNamed(String text) {
        return text.startsWith("GPU-") ? uuid.startsWith(text) : text.equals(Integer.toString(number));
    }

    /** The same device at another place. */
    CudaDevice at(int place) {
        return new CudaDevice(place, uuid, name, driver, major, minor, memoryMib);
    }

    @Override
    public String toString() {
        return "device " + number + ", " + kind();
    }
}

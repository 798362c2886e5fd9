package org.finetune.backend;

import java.util.List;

/**
 * A graphics card as the NVIDIA driver describes it.
 *
 * @param name product name
 * @param driver version of the driver
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 */
public record CudaDevice(String name, String driver, int major, int minor) {
    /**
     * Compute capabilities for which nd4j-cuda-11.6 has machine code. It has no PTX that the driver could compile for
     * others, and machine code runs only on the same major and an equal or higher minor number.
     */
    private static final List<String> COMPILED_FOR =
            List.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6");

    /** Whether ND4J has code that this device can run. */
    public boolean isSupported() {
        return COMPILED_FOR.stream()
                .map(capability -> capability.split("\\."))
                .anyMatch(code -> Integer.parseInt(code[0]) == major && Integer.parseInt(code[1]) <= minor);
    }

    @Override
    public String toString() {
        return name + " (compute capability " + major + "." + minor + ", driver " + driver + ")";
    }
}

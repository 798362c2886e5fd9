package org.finetune.backend;

import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Which device ND4J's CUDA backend is to use, if this build has it. */
public final class Nd4jCuda {
    private Nd4jCuda() {}

    /** Whether ND4J's CUDA backend is on the class path. */
    public static boolean isBuilt() {
        return Nd4jCuda.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null;
    }

    /** Whether ND4J has code for a compute capability. */
    public static boolean runsOn(int major, int minor) {
        return CudaDevice.runsNd4j(major, minor);
    }

    /**
     * Whether this build has it, and a device that only ND4J serves is wanted.
     *
     * @param device number of the device, or nothing for any
     */
    public static boolean isWanted(Optional<Integer> device) {
        return isBuilt() && isWanted(device, CudaDevices.query());
    }

    static boolean isWanted(Optional<Integer> device, CudaDevices found) {
        List<CudaDevice> candidates = found.devices().stream()
                .filter(candidate -> device.isEmpty() || device.get() == candidate.number())
                .toList();
        return candidates.stream().noneMatch(CudaDevice::runsOwnKernels)
                && candidates.stream().anyMatch(CudaDevice::runsNd4j);
    }

    static String obstacle(boolean built, CudaDevice device) {
        if (!device.runsNd4j()) {
            return "ND4J's CUDA backend does not support " + device
                    + "; it runs on compute capability 3.7 and 5.0 to 8.9";
        }
        return built ? "" : "this build does not include CUDA; build it with 'mvn -Pcuda -DskipTests package'";
    }

    /**
     * Chooses a device, and makes it the only one that CUDA sees: ND4J would give some of the threads another.
     *
     * @param wanted its number; the first that can be used, if absent
     * @throws FinetuneException with {@link ExitCode#BACKEND} if there is none
     */
    static CudaDevice choose(Optional<Integer> wanted) {
        CudaDevice device = choose(wanted, isBuilt(), CudaDevices.query());
        ProcessEnvironment.set(CudaDevices.VISIBLE, device.uuid(), "--device");
        String missing = CudaLibraries.load();
        if (!missing.isEmpty()) {
            throw refusal(missing);
        }
        return device;
    }

    static CudaDevice choose(Optional<Integer> wanted, boolean built, CudaDevices found) {
        if (found.devices().isEmpty()) {
            throw refusal("no CUDA device was found: " + found.problem());
        }
        List<CudaDevice> candidates = found.devices().stream()
                .filter(device -> wanted.isEmpty() || wanted.get() == device.number())
                .toList();
        if (candidates.isEmpty()) {
            throw refusal(
                    "there is no device " + wanted.orElseThrow() + "; 'finetune doctor' lists the available ones");
        }
        return candidates.stream()
                .filter(device -> obstacle(built, device).isEmpty())
                .findFirst()
                .orElseThrow(() -> refusal(obstacle(built, candidates.get(0))));
    }

    private static FinetuneException refusal(String obstacle) {
        return new FinetuneException(
                ExitCode.BACKEND, "--backend cuda cannot be used: " + obstacle + " (--backend cpu runs everywhere)");
    }
}

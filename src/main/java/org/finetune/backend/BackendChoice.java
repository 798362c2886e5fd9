package org.finetune.backend;

import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;

/**
 * Which backend of ND4J to load, and the GPU of our kernels, with which ND4J runs on the CPU.
 *
 * @param gpu the GPU that our kernels use
 * @param cuda whether ND4J's CUDA backend is to be used
 * @param notice why no GPU is used although there might be one, or ""
 */
public record BackendChoice(Optional<Gpu> gpu, boolean cuda, String notice) {

    /**
     * Chooses for this machine and this build: our kernels where they run, else ND4J's CUDA backend where that does.
     *
     * @throws FinetuneException with {@link ExitCode#BACKEND} if CUDA is wanted and cannot be used
     */
    public static BackendChoice make(BackendType wanted) {
        boolean built = isBuiltWithCuda();
        if (wanted == BackendType.CPU || (wanted == BackendType.AUTO && !built && !GpuList.mayHaveAny())) {
            return new BackendChoice(Optional.empty(), false, "");
        }
        GpuList gpus = GpuList.query();
        Optional<Gpu> gpu = gpus.served().findFirst();
        if (gpu.isPresent()) {
            return new BackendChoice(gpu, false, "");
        }
        return make(wanted, built ? obstacle(CudaDevices.query()) : gpus.obstacle());
    }

    /** Whether ND4J's CUDA backend is on the class path. */
    public static boolean isBuiltWithCuda() {
        return BackendChoice.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") != null;
    }

    /** Why this build cannot use CUDA on this machine, with the remedy, or "". */
    public static String obstacle(CudaDevices found) {
        String obstacle = obstacle(isBuiltWithCuda(), found);
        return obstacle.isEmpty() ? CudaLibraries.load() : obstacle;
    }

    static String obstacle(boolean built, CudaDevices found) {
        if (found.devices().isEmpty()) {
            return "no CUDA device was found: " + found.problem();
        }
        if (found.devices().stream().noneMatch(CudaDevice::isSupported)) {
            return "ND4J's CUDA backend does not support the " + found.devices().get(0)
                    + "; it runs on compute capability 3.7 and 5.0 to 8.9";
        }
        if (!built) {
            return "this build does not include CUDA; build it with 'mvn -Pcuda -DskipTests package'";
        }
        return "";
    }

    /**
     * Chooses where CUDA is wanted if it can be used.
     *
     * @param obstacle why it cannot be used, or ""
     */
    static BackendChoice make(BackendType wanted, String obstacle) {
        if (obstacle.isEmpty()) {
            return new BackendChoice(Optional.empty(), true, "");
        }
        if (wanted == BackendType.CUDA) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "--backend cuda cannot be used: " + obstacle + " (--backend cpu runs everywhere)");
        }
        return new BackendChoice(Optional.empty(), false, "Using the CPU because " + obstacle);
    }
}

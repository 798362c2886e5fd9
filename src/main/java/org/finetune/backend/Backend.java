package org.finetune.backend;

import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.backend.natives.NativeLibraries;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts ND4J in this process, on the backend and with the threads that the user wants. */
public final class Backend {
    private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    /** What ND4J computes on, or null if it is the CPU. */
    private static volatile CudaDevice cudaDevice;

    private Backend() {}

    /**
     * Starts ND4J, on a GPU only where {@link BackendType#CUDA} is wanted. Since ND4J and OpenMP read their settings only once,
     * this must come before anything that loads ND4J or OpenCV, and on the thread that will compute.
     *
     * @return the backend that runs
     * @throws FinetuneException with {@link ExitCode#BACKEND} if the backend cannot be had or does not start
     */
    public static Nd4jBackend start(BackendOptions options) {
        NativeLibraries.requirePrivateDirectory();
        if (options.threads() > 0) {
            ProcessEnvironment.set("OMP_NUM_THREADS", Integer.toString(options.threads()), "--threads");
        }
        return options.type() == BackendType.CUDA ? startCuda(options) : startCpu(options);
    }

    private static Nd4jBackend startCpu(BackendOptions options) {
        LOG.debug("Native libraries unpacked by an earlier run: {}", NativeLibraries.loadAll() ? "loaded" : "not used");
        Nd4jBackend backend = load(CPU);
        if (options.threads() > 0) {
            // For this thread ND4J has set its own number over that of the environment.
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(options.threads());
        }
        return backend;
    }

    /** On CUDA, ND4J's number of threads is the size of its blocks, which is none of the user's concern. */
    private static Nd4jBackend startCuda(BackendOptions options) {
        CudaDevice device = Nd4jCuda.choose(options.device());
        Nd4jBackend backend = load(CUDA);
        cudaDevice = device;
        return backend;
    }

    /** Whether a backend computes on the CPU. */
    public static boolean isCpu(Nd4jBackend backend) {
        return backend.getClass().getName().equals(CPU);
    }

    /**
     * The running backend and what the last bits of a result may depend on: on the CPU its number of threads, such as
     * "CpuBackend, 2 threads", else the device.
     */
    public static String description() {
        String name = Nd4j.getBackend().getClass().getSimpleName();
        return cudaDevice == null ? name + ", " + threads() + " threads" : name + ", " + cudaDevice.kind();
    }

    /** The number of threads with which ND4J computes what this thread asks for; 1 where it is not the CPU that computes. */
    public static int threads() {
        return isCpu(Nd4j.getBackend())
                ? NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads()
                : 1;
    }

    private static Nd4jBackend load(String backend) {
        ClassLoader all = ND4JClassLoading.getNd4jClassloader();
        ND4JClassLoading.setNd4jClassloader(new OneBackend(all, backend));
        try {
            return Nd4j.getBackend();
        } catch (LinkageError e) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "ND4J could not be started: " + FailureReason.ofRoot(e) + "; run 'finetune doctor' for details",
                    e);
        } finally {
            ND4JClassLoading.setNd4jClassloader(all);
        }
    }
}

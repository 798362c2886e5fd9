package org.finetune.backend;

import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.backend.cuda.CurrentGpu;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.natives.NativeLibraries;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts ND4J in this process, on the backend and with the threads that the user wants, and chooses the GPU of our kernels. */
public final class Backend {
    private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
    private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    private Backend() {}

    /**
     * Starts ND4J. Since ND4J and OpenMP read their settings only once, this must come before anything that loads ND4J or
     * OpenCV, and on the thread that will compute.
     *
     * @param threads threads to compute with, or 0 for ND4J's own number: that of the cores, or {@code OMP_NUM_THREADS}
     * @param notices hears what the user should know about the choice
     * @return the backend that runs
     * @throws FinetuneException with {@link ExitCode#BACKEND} if the backend cannot be had or does not start
     */
    public static Nd4jBackend start(BackendType wanted, int threads, Consumer<String> notices) {
        NativeLibraries.requirePrivateDirectory();
        if (threads > 0) {
            OpenMp.setThreads(threads);
        }
        BackendChoice choice = BackendChoice.make(wanted);
        if (!choice.notice().isEmpty()) {
            notices.accept(choice.notice());
        }
        if (!choice.cuda()) {
            LOG.debug(
                    "Native libraries unpacked by an earlier run: {}",
                    NativeLibraries.loadAll() ? "loaded" : "not used");
        }
        CurrentGpu.set(choice.gpu());
        Nd4jBackend backend = load(choice.cuda() ? CUDA : CPU);
        if (threads > 0) {
            // For this thread ND4J has set its own number over that of the environment.
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        }
        return backend;
    }

    /** Whether a backend computes on the CPU. */
    public static boolean isCpu(Nd4jBackend backend) {
        return backend.getClass().getName().equals(CPU);
    }

    /**
     * The GPU, or the running backend and its number of threads, such as "CpuBackend, 2 threads": on these the last bits of a
     * result may depend.
     */
    public static String description() {
        return CurrentGpu.get().map(Gpu::name).orElseGet(Backend::describeNd4j);
    }

    private static String describeNd4j() {
        return Nd4j.getBackend().getClass().getSimpleName() + ", " + threads() + " threads";
    }

    /** The number of threads with which ND4J computes, on the CPU, what this thread asks for. */
    public static int threads() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
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

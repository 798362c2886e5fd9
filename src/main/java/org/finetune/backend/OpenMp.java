package org.finetune.backend;

import com.sun.jna.Native;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * The number of threads of OpenMP, with which oneDNN, OpenBLAS and ND4J compute. They read it from the environment when
 * they are loaded, and a later change through ND4J reaches neither OpenBLAS nor other Java threads, so it is put into the
 * environment of this process before.
 */
final class OpenMp {
    private OpenMp() {}

    /** Sets the number for native libraries that are loaded from now on. */
    static void setThreads(int threads) {
        try {
            LibC.setenv("OMP_NUM_THREADS", Integer.toString(threads), 1);
        } catch (LinkageError e) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "--threads cannot be set from within: " + e.getMessage() + "; set the environment variable "
                            + "OMP_NUM_THREADS=" + threads + " instead",
                    e);
        }
    }

    /** The C library. */
    private static final class LibC {
        static {
            Native.register("c");
        }

        private static native int setenv(String name, String value, int overwrite);
    }
}

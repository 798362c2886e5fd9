package org.finetune.backend;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Until it is closed, ND4J computes with fewer threads what this thread asks for. On a GPU it changes nothing. */
public final class ThreadLimit implements AutoCloseable {
    private final NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    private final boolean onCpu = Backend.isCpu(Nd4j.getBackend());
    private final int before = operations.ompGetMaxThreads();

    private ThreadLimit(int threads) {
        set(threads);
    }

    /** Begins. */
    public static ThreadLimit begin(int threads) {
        return new ThreadLimit(threads);
    }

    private void set(int threads) {
        if (onCpu) {
            operations.setOmpNumThreads(threads);
        }
    }

    @Override
    public void close() {
        set(before);
    }
}

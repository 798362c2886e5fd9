package org.finetune.engine.fast;

import org.finetune.backend.Backend;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Until it is closed, ND4J computes with fewer threads what this thread asks for. On a GPU it changes nothing. */
public final class ThreadLimit implements AutoCloseable {
    private final NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    private final int before = operations.ompGetMaxThreads();

    private ThreadLimit(int threads) {
        operations.setOmpNumThreads(threads);
    }

    /** Begins, or does nothing and returns null on a GPU. */
    public static ThreadLimit begin(int threads) {
        return Backend.isCpu(Nd4j.getBackend()) ? new ThreadLimit(threads) : null;
    }

    @Override
    public void close() {
        operations.setOmpNumThreads(before);
    }
}

package org.finetune.compute.fast;

import org.finetune.compute.Backend;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Until it is closed, ND4J computes with one thread what this thread asks for. For operations on a few values that is faster:
 * waking the others takes longer than the work.
 */
final class OneThread implements AutoCloseable {
    private final NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    private final int before = operations.ompGetMaxThreads();

    private OneThread() {
        operations.setOmpNumThreads(1);
    }

    /** Begins, or does nothing and returns null where it makes no sense: on a GPU. */
    static OneThread begin() {
        return Backend.isCpu(Nd4j.getBackend()) ? new OneThread() : null;
    }

    @Override
    public void close() {
        operations.setOmpNumThreads(before);
    }
}

package org.finetune.backend.cuda;

import java.util.Optional;

/** The GPU on which the networks of this process are executed, if it is not the CPU. */
public final class CurrentGpu {
    private static Optional<Gpu> current = Optional.empty();

    private CurrentGpu() {}

    /** The GPU, or nothing for the CPU. */
    public static synchronized Optional<Gpu> get() {
        return current;
    }

    /** Has networks that are prepared from now on executed on a GPU, or on the CPU. */
    public static synchronized void set(Optional<Gpu> gpu) {
        current = gpu;
    }
}

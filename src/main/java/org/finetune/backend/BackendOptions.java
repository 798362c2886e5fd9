package org.finetune.backend;

import java.util.Optional;

/**
 * What networks are executed on.
 *
 * @param type the CPU or a GPU
 * @param device number of the GPU among the {@link CudaDevices}; the first that can be used, if absent
 * @param threads number of threads to compute with on the CPU, or 0 for as many as ND4J takes: those of the cores, or
 *     {@code OMP_NUM_THREADS}
 */
public record BackendOptions(BackendType type, Optional<Integer> device, int threads) {

    /** The same on the CPU. */
    public BackendOptions onCpu() {
        return new BackendOptions(BackendType.CPU, Optional.empty(), threads);
    }
}

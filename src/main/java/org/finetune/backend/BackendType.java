package org.finetune.backend;

/** Where the network is executed. */
public enum BackendType {
    /** A GPU that our kernels run on and that computes right, else the CPU. ND4J cannot leave a GPU again, so it is not asked for one. */
    AUTO,
    CPU,
    /** A GPU, or an error. */
    CUDA
}

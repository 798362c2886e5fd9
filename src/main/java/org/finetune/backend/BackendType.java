package org.finetune.backend;

/** Where the network is executed. */
public enum BackendType {
    /** A GPU if one can be used, else the CPU. */
    AUTO,
    CPU,
    /** A GPU, or an error. */
    CUDA
}

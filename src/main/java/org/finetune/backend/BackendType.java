package org.finetune.backend;

/** Where the network is executed. */
public enum BackendType {
    /** The CPU, since ND4J cannot leave a GPU again that turns out to compute wrongly. */
    AUTO,
    CPU,
    /** A GPU, or an error. */
    CUDA
}

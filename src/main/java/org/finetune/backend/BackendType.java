package org.finetune.backend;

/** Where the network is executed. */
public enum BackendType {
    /** CUDA if it can be used, else the CPU. */
    AUTO,
    CPU,
    CUDA
}

package org.finetune.engine;

/** How the network is executed. */
public enum EngineType {
    /** Plans of ND4J operations with folded batch normalization. */
    FAST,
    /** Deeplearning4j's own layers: the slow reference. */
    GRAPH
}

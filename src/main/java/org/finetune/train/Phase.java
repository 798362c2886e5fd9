package org.finetune.train;

/** The two phases of the recipe. */
public enum Phase {
    /** Phase 1: the base is frozen, the head is trained. */
    HEAD("head"),
    /** Phase 2: the last layers of the base are trained with the head at a low learning rate. */
    FINE_TUNE("fine-tune");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** Name in output files and on the terminal. */
    public String label() {
        return label;
    }
}

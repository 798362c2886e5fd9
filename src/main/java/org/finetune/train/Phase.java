package org.finetune.train;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A phase of the recipe, or a stage of phase 2 where that has several.
 *
 * @param number its place among what a run trains, from 0
 * @param label name in output files and on the terminal
 * @param subject what it trains, for sentences such as "87.2% after fine-tuning"
 */
public record Phase(int number, String label, String subject) {
    /** Phase 1: the base is frozen, the head is trained. */
    public static final Phase HEAD = new Phase(0, "head", "the head");

    /** Phase 2: the last layers of the base are trained with the head at a low learning rate. */
    public static final Phase FINE_TUNE = new Phase(1, "fine-tune", "fine-tuning");

    /**
     * One of several stages of phase 2.
     *
     * @param number its number, from 1
     * @param layers how many layers it trains, as the user writes it
     */
    static Phase stage(int number, String layers) {
        return new Phase(number, FINE_TUNE.label() + "-" + layers, layers + " layers");
    }

    /** Whether this is phase 1. */
    @JsonIgnore
    public boolean isHead() {
        return number == 0;
    }
}

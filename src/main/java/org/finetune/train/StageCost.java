package org.finetune.train;

/**
 * What a stage of phase 2 takes.
 *
 * @param setup seconds before its first step
 * @param epoch seconds of an epoch, validation included
 * @param after seconds after the training, for the features of all photos
 */
record StageCost(double setup, double epoch, double after) {

    /** Seconds of some epochs. */
    double of(int epochs) {
        return setup + epochs * epoch;
    }
}

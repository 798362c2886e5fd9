package org.finetune.tune;

import org.finetune.train.TrainingListener;

/** Hears how a sweep goes, and between {@link #trialStarted} and {@link #trialFinished} how a trial does. */
public interface SweepListener extends TrainingListener {

    /**
     * A trial begins.
     *
     * @param number its number, from 1
     * @param planned how many the sweep has
     */
    void trialStarted(int number, int planned, Combination combination);

    /**
     * A trial is over.
     *
     * @param best whether it is the best so far
     */
    void trialFinished(TrialResult result, int planned, boolean best);
}

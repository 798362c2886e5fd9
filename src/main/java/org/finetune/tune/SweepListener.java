package org.finetune.tune;

import org.finetune.train.TrainingListener;
import org.finetune.weights.DownloadListener;

/**
 * Is notified of the progress of a sweep: between {@link #trialStarted} and {@link #trialFinished} of that of a trial, and of
 * downloads of weights.
 */
public interface SweepListener extends TrainingListener, DownloadListener {

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

package org.finetune.train;

import org.finetune.model.FreezeBoundary;
import org.finetune.settings.TrainSettings.HeadMethod;

/**
 * Phase 1 of a run.
 *
 * @param method how the head is trained
 * @param boundary what is trained: the head alone
 * @param training how Adam trains it, where that is the method, or in a test of learning rates
 * @param keepsKnown whether parameters of classes that an earlier run knows stay as they are where the head is solved
 */
public record HeadPlan(HeadMethod method, FreezeBoundary boundary, PhaseSettings training, boolean keepsKnown) {

    /** Whether anything is done to the initial head. */
    public boolean trains() {
        return method == HeadMethod.LBFGS || training.epochs() > 0;
    }
}

package org.finetune.train;

import org.finetune.model.FreezeBoundary;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;

/**
 * Phase 1 of a run.
 *
 * @param method how the head is trained
 * @param boundary what is trained: the head alone
 * @param training how Adam trains it, where that is the method, or in a test of learning rates
 * @param asked whether the method is what the user asks for, not the recipe; then L-BFGS solves the whole head, also classes
 *     that an earlier run knows, and however long it takes
 */
public record HeadPlan(HeadMethod method, FreezeBoundary boundary, PhaseSettings training, boolean asked) {

    /** Whether anything is done to the initial head. */
    public boolean trains() {
        return method == HeadMethod.LBFGS || training.epochs() > 0;
    }

    /** Whether parameters of classes that an earlier run knows stay as they are. */
    boolean keepsKnown() {
        return method == HeadMethod.LBFGS && !asked;
    }

    /**
     * What solves the head, where that is the method.
     *
     * @param rows number of feature vectors
     */
    HeadSolver solver(HeadSettings settings, int rows) {
        return asked ? HeadSolver.lbfgs(settings) : HeadSolver.of(settings, rows);
    }
}

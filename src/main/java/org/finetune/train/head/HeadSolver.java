package org.finetune.train.head;

/** Finds the softmax layer of least penalized cross-entropy on given features. */
public interface HeadSolver {

    /**
     * Solves the layer. The same rows, settings and processor give the same bytes, with any number of threads.
     *
     * @throws IllegalArgumentException if there are no rows or a label is not below the number of classes
     */
    SolvedHead solve(FeatureRows rows);

    /**
     * L-BFGS with a given penalty, right enough to tell which class is the most probable.
     *
     * @param lambda weight of the penalty
     */
    static HeadSolver withPenalty(HeadSettings settings, double lambda) {
        return new FixedPenaltySolver(settings, lambda);
    }

    /** L-BFGS, or Adam where so many rows or classes would take too long. */
    static HeadSolver of(HeadSettings settings, int rows) {
        boolean large = rows > MinibatchSolver.LEAST_ROWS || settings.classes() > MinibatchSolver.LEAST_CLASSES;
        return large ? new MinibatchSolver(settings) : new CrossValidatedSolver(settings);
    }
}

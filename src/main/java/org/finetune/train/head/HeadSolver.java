package org.finetune.train.head;

/** Finds the softmax layer of least penalized cross-entropy on given features. */
public interface HeadSolver {

    /** What it is called, such as "L-BFGS". */
    String name();

    /** What to know before rows are solved, in words, if they take long or much memory; else "". */
    default String caution(FeatureRows rows) {
        return "";
    }

    /**
     * Solves the layer. The same rows, settings and processor give the same bytes, with any number of threads.
     *
     * @throws IllegalArgumentException if there are no rows or a label is not below the number of classes
     */
    SolvedHead solve(FeatureRows rows, SolvingListener listener);

    /** Solves the layer where nobody wants to know how far that is. */
    default SolvedHead solve(FeatureRows rows) {
        return solve(rows, SolvingListener.NONE);
    }

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
        return MinibatchSolver.isFor(settings, rows) ? new MinibatchSolver(settings) : lbfgs(settings);
    }

    /** L-BFGS with a penalty that is chosen by cross-validation, however long it takes. */
    static HeadSolver lbfgs(HeadSettings settings) {
        return new CrossValidatedSolver(settings);
    }
}

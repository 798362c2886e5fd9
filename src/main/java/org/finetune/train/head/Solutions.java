package org.finetune.train.head;

/** Counts the solutions of L-BFGS that a head takes, for a listener. */
final class Solutions {
    private final int count;
    private final long rows;
    private final SolvingListener listener;
    private int found;
    private long done;

    /**
     * Begins before the first.
     *
     * @param count number of solutions
     * @param rows the rows of all of them
     */
    Solutions(int count, long rows, SolvingListener listener) {
        this.count = count;
        this.rows = rows;
        this.listener = listener;
    }

    /** What is minimized for the next solution; each evaluation is told. */
    Objective watched(Objective objective) {
        return (point, gradient) -> {
            listener.progress(done, rows, "solution " + (found + 1) + " of " + count);
            return objective.at(point, gradient);
        };
    }

    /**
     * One more is found.
     *
     * @param ofRows number of rows that it is of
     */
    void found(long ofRows) {
        found++;
        done += ofRows;
    }
}

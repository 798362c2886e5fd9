package org.finetune.train;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.finetune.train.head.FeatureRows;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.SolvedHead;
import org.finetune.train.head.SolvingListener;

/** Solves a head. Where that takes more than a moment, it is a task of its listener, in photos. */
final class SolvingTask implements SolvingListener {
    /** Name of the task. */
    static final String NAME = "solving";

    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final HeadSolver solver;
    private final FeatureRows rows;
    private final int views;
    private final TrainingListener listener;
    private final Runnable check;
    private final LongSupplier nanoTime;
    private long start;
    private long before = -1;

    /**
     * Prepares the task.
     *
     * @param rows the features of the training photos
     * @param views number of rows of each photo
     * @param check called again and again; ends the solving by throwing
     */
    SolvingTask(HeadSolver solver, FeatureRows rows, int views, TrainingListener listener, Runnable check) {
        this(solver, rows, views, listener, check, System::nanoTime);
    }

    /**
     * Prepares the task with another clock.
     *
     * @param nanoTime the time in nanoseconds since some moment
     */
    SolvingTask(
            HeadSolver solver,
            FeatureRows rows,
            int views,
            TrainingListener listener,
            Runnable check,
            LongSupplier nanoTime) {
        this.solver = solver;
        this.rows = rows;
        this.views = views;
        this.listener = listener;
        this.check = check;
        this.nanoTime = nanoTime;
    }

    /** Name of the solver. */
    String solver() {
        return solver.name();
    }

    /** Solves the head, with warnings if that takes much or does not come to its end. */
    SolvedHead run() {
        String caution = solver.caution(rows);
        if (!caution.isEmpty()) {
            warn(caution);
        }
        start = nanoTime.getAsLong();
        SolvedHead head = solver.solve(rows, this);
        if (before >= 0) {
            listener.taskFinished();
        }
        if (!head.converged()) {
            warn(solver.name() + " had not converged when its steps were used up, so the head may be a little less "
                    + "accurate than it could be; the alternative is --head-solver adam with more --head-epochs");
        }
        return head;
    }

    private void warn(String text) {
        listener.warning(Phase.HEAD.label() + ": " + text);
    }

    @Override
    public void progress(long done, long total, String place) {
        check.run();
        if (before < 0 && nanoTime.getAsLong() - start > MOMENT.toNanos()) {
            before = done;
            listener.taskStarted(NAME, (total - before) / views);
        }
        if (before >= 0) {
            listener.taskProgress((done - before) / views, () -> place);
        }
    }
}

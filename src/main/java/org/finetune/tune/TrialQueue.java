package org.finetune.tune;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.finetune.backend.cuda.GpuFailureException;
import org.finetune.run.Interruption;

/** The trials that are left, which threads take until a limit is reached. Thread-safe. */
final class TrialQueue {
    private final Deque<Trial> left;
    private final Sweep.Limits limits;
    private final Interruption interruption;
    private final long start = System.nanoTime();
    private int taken;
    private GpuFailureException failure;

    TrialQueue(List<Trial> trials, Sweep.Limits limits, Interruption interruption) {
        this.left = new ArrayDeque<>(trials);
        this.limits = limits;
        this.interruption = interruption;
    }

    /** The next trial, or nothing if none is left or none is to begin any more. */
    synchronized Optional<Trial> take() {
        if (isOver() || left.isEmpty()) {
            return Optional.empty();
        }
        taken++;
        return Optional.of(left.removeFirst());
    }

    /** Takes a trial back that a GPU could not finish, for another device. */
    synchronized void giveBack(Trial trial, GpuFailureException reason) {
        left.addFirst(trial);
        taken--;
        failure = reason;
    }

    /** Why trials are left that could have begun, if that is so. */
    synchronized Optional<GpuFailureException> failure() {
        return left.isEmpty() || isOver() ? Optional.empty() : Optional.ofNullable(failure);
    }

    private boolean isOver() {
        return interruption.isRequested() || limits.reached(taken, (System.nanoTime() - start) / 60e9);
    }

    /** Lets no further trial begin. */
    synchronized void clear() {
        left.clear();
    }
}

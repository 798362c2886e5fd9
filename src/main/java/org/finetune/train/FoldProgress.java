package org.finetune.train;

import java.util.function.Supplier;

/**
 * Passes the progress of a fold on as a part of that of all folds, in photos trained on. Solving a head counts for none. Of the
 * fold's epochs and facts nothing is shown.
 */
final class FoldProgress implements TrainingListener {
    private final TrainingListener listener;
    private final String name;
    private final long before;
    private long finished;
    private long task;
    private boolean solving;

    /**
     * Prepares to follow a fold.
     *
     * @param name such as "fold 2/5"
     * @param before photos that the folds before it have trained on
     */
    FoldProgress(TrainingListener listener, String name, long before) {
        this.listener = listener;
        this.name = name;
        this.before = before;
    }

    @Override
    public void warning(String message) {
        listener.warning(name + ": " + message);
    }

    @Override
    public void taskStarted(String taskName, long total) {
        solving = taskName.equals(SolvingTask.NAME);
        task = solving ? 0 : total;
        taskProgress(0, () -> "");
    }

    @Override
    public void taskProgress(long done, Supplier<String> detail) {
        listener.taskProgress(before + finished + (solving ? 0 : done), () -> {
            String inner = detail.get();
            return inner.isEmpty() ? name : name + ", " + inner;
        });
    }

    @Override
    public void taskFinished() {
        finished += task;
    }
}

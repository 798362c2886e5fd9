package org.finetune.train;

import java.util.function.Supplier;

/** Is told how a training run goes. Calls come from one thread at a time and must return quickly. */
public interface TrainingListener {

    /** A fact worth a line, such as which weights are used. */
    default void info(String message) {}

    /**
     * One of the facts that a run begins with.
     *
     * @param label what it is about, such as "Data"
     */
    default void fact(String label, String text) {}

    /** Something the user should know and perhaps act on. */
    default void warning(String message) {}

    /** A task of known length begins, such as "features" over a number of photos, or a phase over all its steps. */
    default void taskStarted(String name, long total) {}

    /**
     * The current task has come further.
     *
     * @param done photos or steps done so far
     * @param detail gives the figures to show beside the bar, such as loss and accuracy, or ""; asked only if they are
     *     shown, at any time and by any thread
     */
    default void taskProgress(long done, Supplier<String> detail) {}

    /** An epoch is over. */
    default void epochFinished(EpochResult result, int epochs) {}

    /** The current task is over, perhaps before its total was reached. */
    default void taskFinished() {}
}

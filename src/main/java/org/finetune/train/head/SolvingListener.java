package org.finetune.train.head;

/** Is told how far a head is solved, and can end that by throwing. Calls come from the thread that solves it, often. */
@FunctionalInterface
public interface SolvingListener {
    /** Is told nothing. */
    SolvingListener NONE = (done, total, place) -> {};

    /**
     * It has come further, or is still at the same place.
     *
     * @param done rows that have counted so far, anew in each epoch of Adam and in each solution of L-BFGS
     * @param total how many that will be, at most
     * @param place such as "epoch 3 of at most 100"
     */
    void progress(long done, long total, String place);
}

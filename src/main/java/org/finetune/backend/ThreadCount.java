package org.finetune.backend;

/** The number of threads that users ask for. */
public final class ThreadCount {
    private ThreadCount() {}

    /** Returns the number of threads that is asked for, or that of the processors of this process where it is 0. */
    public static int orProcessors(int threads) {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}

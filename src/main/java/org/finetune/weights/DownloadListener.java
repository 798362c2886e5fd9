package org.finetune.weights;

/** Is told how a download goes. Calls come from the thread that resolves the weights. */
public interface DownloadListener {

    /**
     * A download begins.
     *
     * @param file name of the file
     * @param bytes its size, or -1 if the server does not tell
     */
    default void downloadStarted(String file, long bytes) {}

    /**
     * The download has come further, or was set back because it had to start again.
     *
     * @param bytes bytes received so far
     */
    default void downloadProgress(long bytes) {}

    /**
     * The download that has begun is over.
     *
     * @param whole whether all of the file has been received
     */
    default void downloadEnded(boolean whole) {}
}

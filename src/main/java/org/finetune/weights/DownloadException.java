package org.finetune.weights;

/** Why a file cannot be downloaded, as a clause without capital and full stop. Trying again at once would not help. */
final class DownloadException extends Exception {
    private static final long serialVersionUID = 1L;

    DownloadException(String message) {
        this(message, null);
    }

    DownloadException(String message, Throwable cause) {
        super(message, cause);
    }
}

package org.finetune.weights;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune.FailureReason;

/** Why a file cannot be downloaded, as a clause without capital and full stop. Trying again at once would not help. */
final class DownloadException extends Exception {
    private static final long serialVersionUID = 1L;

    DownloadException(String message) {
        this(message, null);
    }

    DownloadException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says that a file cannot be written. */
    static DownloadException unwritable(Path target, IOException e) {
        return new DownloadException(target.getParent() + " cannot be written (" + FailureReason.of(e) + ")", e);
    }
}

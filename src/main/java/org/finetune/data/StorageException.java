package org.finetune.data;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * A failure to read photos that lies with their storage: a disk, a network file system or a service that fails. Trying again
 * may help, and says nothing about the photo, which must not be counted as bad. Ends with {@link ExitCode#DATA}.
 */
public final class StorageException extends FinetuneException {
    private static final long serialVersionUID = 1L;

    private StorageException(String message, Throwable cause) {
        super(ExitCode.DATA, message, cause);
    }

    /**
     * A failure while something was read.
     *
     * @param id the photo or directory
     * @param cause what the storage said
     */
    public static StorageException reading(String id, IOException cause) {
        return new StorageException(
                "Reading '" + id + "' failed (" + reason(cause)
                        + "); check the disk or network that holds the photos, and try again.",
                cause);
    }

    /** What the storage said, without the name that the exceptions of files put before it. */
    private static String reason(IOException cause) {
        return cause instanceof FileSystemException e && e.getReason() != null ? e.getReason() : BadPhoto.reason(cause);
    }

    /** The same failure, thrown in another thread. */
    StorageException rethrown() {
        return new StorageException(getMessage(), this);
    }
}

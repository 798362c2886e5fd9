package org.finetune.data.decode;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** A photo that is too large for the memory that the machine or container has left. */
public final class PhotoMemoryException extends FinetuneException {
    private static final long serialVersionUID = 1L;
    private static final long MIB = 1 << 20;

    private final int width;
    private final int height;
    private final long bytes;
    private final long left;

    /** A photo whose name is not known yet, that takes so many bytes where so many are left. */
    PhotoMemoryException(int width, int height, long bytes, long left) {
        this("a photo", width, height, bytes, left);
    }

    private PhotoMemoryException(String photo, int width, int height, long bytes, long left) {
        super(
                ExitCode.BACKEND,
                "Too little memory to decode " + photo + " of " + width + " x " + height
                        + " pixels, which takes " + (bytes / MIB + 1) + " MiB, and " + Math.max(0, left / MIB)
                        + " MiB are left; give the machine or container at least "
                        + ((bytes - left) / MIB + 1)
                        + " MiB more, or skip large photos with --max-pixels.");
        this.width = width;
        this.height = height;
        this.bytes = bytes;
        this.left = left;
    }

    /** The same failure, with the name of the photo in its message. */
    public PhotoMemoryException of(String photo) {
        return new PhotoMemoryException("'" + photo + "'", width, height, bytes, left);
    }
}

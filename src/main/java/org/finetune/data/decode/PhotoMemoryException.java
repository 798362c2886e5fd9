package org.finetune.data.decode;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** A photo that is too large for the memory that the machine or container has left. */
public final class PhotoMemoryException extends FinetuneException {
    private static final long serialVersionUID = 1L;
    private static final long MIB = 1 << 20;

    private final String size;
    private final long bytes;
    private final long left;

    /**
     * A photo whose name is not known yet.
     *
     * @param bytes what decoding it takes
     * @param left bytes that are left
     */
    PhotoMemoryException(int width, int height, long bytes, long left) {
        this("a photo", " of " + width + " x " + height + " pixels", bytes, left);
    }

    /**
     * A photo whose name is not known yet, with a file that is too large.
     *
     * @param bytes length of the file
     * @param left bytes that are left
     */
    PhotoMemoryException(long bytes, long left) {
        this("a photo", ", a file of " + (bytes / MIB + 1) + " MiB", bytes, left);
    }

    private PhotoMemoryException(String photo, String size, long bytes, long left) {
        super(
                ExitCode.BACKEND,
                "Too little memory to decode " + photo + size + ", which takes " + (bytes / MIB + 1) + " MiB, and "
                        + Math.max(0, left / MIB) + " MiB are left; give the machine or container at least "
                        + ((bytes - left) / MIB + 1)
                        + " MiB more, or skip large photos with --max-pixels.");
        this.size = size;
        this.bytes = bytes;
        this.left = left;
    }

    /** The same failure, with the name of the photo in its message. */
    public PhotoMemoryException of(String photo) {
        return new PhotoMemoryException("'" + photo + "'", size, bytes, left);
    }
}

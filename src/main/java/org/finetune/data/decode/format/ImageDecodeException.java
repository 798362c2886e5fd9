package org.finetune.data.decode.format;

import java.io.IOException;

/** A file that is no usable image. The message is a short reason without the file's name, such as "truncated JPEG". */
public class ImageDecodeException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses a file.
     *
     * @param reason a few words without the file's name
     */
    public ImageDecodeException(String reason) {
        super(reason);
    }

    /**
     * Refuses a file.
     *
     * @param reason a few words without the file's name
     * @param cause what went wrong when it was read
     */
    public ImageDecodeException(String reason, Throwable cause) {
        super(reason, cause);
    }
}

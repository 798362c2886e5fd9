package org.finetune.data;

import java.io.IOException;

/** A file that is no usable image. The message is a short reason without the file's name, such as "truncated JPEG". */
public final class ImageDecodeException extends IOException {
    private static final long serialVersionUID = 1L;

    ImageDecodeException(String reason) {
        super(reason);
    }

    ImageDecodeException(String reason, Throwable cause) {
        super(reason, cause);
    }
}

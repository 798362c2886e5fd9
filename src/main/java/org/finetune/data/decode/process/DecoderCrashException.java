package org.finetune.data.decode.process;

import java.io.IOException;

/** A file with which the native decoder crashed, or did not come to an end. */
public final class DecoderCrashException extends IOException {
    private static final long serialVersionUID = 1L;

    DecoderCrashException(String message, DecoderDeathException death) {
        super(message, death);
    }
}

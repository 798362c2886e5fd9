package org.finetune.data.decode.process;

import java.io.IOException;

/** A file with which the native decoder crashed. */
public final class DecoderCrashException extends IOException {
    private static final long serialVersionUID = 1L;

    DecoderCrashException(DecoderDeathException death) {
        super("its decoder crashed", death);
    }
}

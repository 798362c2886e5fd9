package org.finetune.data;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The C library's variable {@code stderr}, to which libjpeg prints a line for each damage that it gets over. While one of the
 * decoders runs, the variable stands for standard input instead: a stream for reading, which takes nothing that is written to
 * it. Java's own standard error, and that of the process, stay what they are.
 */
final class StandardError {
    private static final PointerPointer<Pointer> STDERR = variable("stderr");
    private static final Pointer REAL = STDERR == null ? null : STDERR.get(0);
    private static final PointerPointer<Pointer> STDIN = variable("stdin");
    private static int mutes;

    private StandardError() {}

    private static PointerPointer<Pointer> variable(String name) {
        Pointer address = Loader.addressof(name);
        return address == null ? null : new PointerPointer<>(address);
    }

    static synchronized void mute() {
        if (mutes++ == 0 && STDERR != null && STDIN != null) {
            STDERR.put(0, STDIN.get(0));
        }
    }

    static synchronized void unmute() {
        if (--mutes == 0 && STDERR != null) {
            STDERR.put(0, REAL);
        }
    }
}

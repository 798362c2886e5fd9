package org.finetune.backend;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/** Lack of memory, which arrives in many forms. */
public enum MemoryShortage {
    /** Of Java's heap. */
    HEAP,
    /** Of the memory of the process, where the arrays and images are. */
    NATIVE,
    /** Of threads and processes: no lack of memory, though Java calls it one. */
    THREADS;

    private static final long MIB = 1 << 20;

    /** What ND4J, OpenCV, oneDNN and C++ say when they are refused memory. */
    private static final String[] NATIVE_MESSAGES = {
        "allocation failed", "failed to allocate", "bad_alloc", "insufficient memory", "out of memory", "out_of_memory"
    };

    /** The lack of memory that a failure, or a cause of it, stands for. */
    public static Optional<MemoryShortage> in(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .flatMap(cause -> of(cause).stream())
                .findFirst();
    }

    private static Optional<MemoryShortage> of(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof OutOfMemoryError) {
            if (message.contains("native thread")) {
                return Optional.of(THREADS);
            }
            boolean heap =
                    message.contains("heap") || message.contains("gc overhead") || message.contains("array size");
            return Optional.of(heap ? HEAP : NATIVE);
        }
        boolean refused = failure instanceof RuntimeException
                && Stream.of(NATIVE_MESSAGES).anyMatch(message::contains);
        return refused ? Optional.of(NATIVE) : Optional.empty();
    }

    /**
     * Makes sure that the process stays within its limit, set by {@code org.bytedeco.javacpp.maxphysicalbytes}, when it
     * uses so much more memory. Memory counts from its first use on, so an array that is too large would be noticed only
     * when it is too late, by the system, which kills the process.
     *
     * @throws OutOfMemoryError if there is too little
     */
    public static void check(long bytes) {
        long limit = Pointer.maxPhysicalBytes();
        if (limit > 0 && bytes > limit - Pointer.physicalBytes()) {
            throw new OutOfMemoryError("the process has " + Pointer.physicalBytes() / MIB + " MiB, needs "
                    + (bytes / MIB + 1) + " more, and is allowed " + limit / MIB);
        }
    }
}

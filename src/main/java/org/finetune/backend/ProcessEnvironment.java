package org.finetune.backend;

import com.sun.jna.Native;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** The environment of this process, from which native libraries read settings when they are loaded. */
public final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /**
     * Sets a variable for native libraries that are loaded from now on. Java and what it starts do not see it.
     *
     * @param reason the option that wants it
     */
    public static void set(String name, String value, String reason) {
        try {
            LibC.setenv(name, value, 1);
        } catch (LinkageError e) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    reason + " cannot be set from within: " + e.getMessage() + "; set the environment variable " + name
                            + "=" + value + " instead",
                    e);
        }
    }

    /** The C library. */
    private static final class LibC {
        static {
            Native.register("c");
        }

        private static native int setenv(String name, String value, int overwrite);
    }
}

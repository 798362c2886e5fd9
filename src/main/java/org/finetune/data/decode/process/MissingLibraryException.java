package org.finetune.data.decode.process;

import java.io.IOException;

/** A file that only a library can decode that the system lacks. */
public final class MissingLibraryException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String packageName;

    /**
     * A lack.
     *
     * @param packageName the package that has the library, as Debian and Ubuntu call it
     */
    MissingLibraryException(String packageName) {
        super("the package " + packageName + " is not installed");
        this.packageName = packageName;
    }

    public String packageName() {
        return packageName;
    }
}

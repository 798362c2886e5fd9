package org.finetune.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/**
 * A photo, file or directory that cannot be used.
 *
 * @param id what it is called, see {@link Photo#id()}
 * @param reason a few words without the id, such as "permission denied"
 */
public record BadPhoto(String id, String reason) {
    private static final String ABSENT = "no such file";

    /** Whether there is no such file. */
    boolean isAbsent() {
        return reason.equals(ABSENT);
    }

    /** A few words on why something could not be read or decoded, without its name. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException absent) {
            boolean lossy = absent.getFile() != null && absent.getFile().indexOf('\ufffd') >= 0;
            return lossy ? "its name is not in UTF-8; name its directory instead" : ABSENT;
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}

package org.finetune.testing;

import java.io.IOException;
import java.nio.file.Path;

/** Directories as wholes, whatever is in them. */
public final class Directories {
    private Directories() {}

    /** Copies one to a place where nothing is. */
    public static void copy(Path from, Path to) throws IOException, InterruptedException {
        run("cp", "-a", from.toString(), to.toString());
    }

    /** Deletes one, or a file, if it is there; no link is followed. */
    public static void delete(Path path) throws IOException, InterruptedException {
        run("rm", "-rf", path.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("Failed: " + String.join(" ", command));
        }
    }
}

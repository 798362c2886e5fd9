package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Symbolic links that a stranger has put into a run or sweep directory, and what they lead to. */
final class Links {
    private final Path elsewhere;

    /** Puts files and directories to be lost into a new directory. */
    Links(Path elsewhere) throws IOException {
        this.elsewhere = Files.createDirectory(elsewhere);
    }

    /**
     * Moves what is in a place elsewhere, or a file if nothing is, puts a link to it there, and asserts that a command
     * refuses the link, and neither writes nor deletes anything behind it. Afterwards all is as before.
     */
    void assertNotFollowed(Path place, CliProcess command) throws Exception {
        Path target = elsewhere.resolve(place.getFileName());
        boolean there = Files.exists(place);
        if (there) {
            Files.move(place, target);
        } else {
            Files.writeString(target, "precious");
        }
        String before = listing(target);
        Files.createSymbolicLink(place, target);
        command.call()
                .assertRefused(
                        3,
                        "'" + place + "': it is a symbolic link",
                        "links inside a run or sweep directory are never followed");
        assertEquals(before, listing(target));
        Files.delete(place);
        if (there) {
            Files.move(target, place);
        } else {
            Files.delete(target);
        }
    }

    /** Copies a directory. */
    static void copy(Path from, Path to) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("cp", "-r", from.toString(), to.toString())
                        .start()
                        .waitFor());
    }

    /** Names, sizes and times of what is in a place. */
    private static String listing(Path place) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("find", place.toString(), "-printf", "%p %s %T@ %y\n").start();
        String listing = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return listing;
    }
}

package org.finetune.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Sends signals to other processes. */
public final class Signals {
    private Signals() {}

    /** Sends a signal, such as SEGV, to a process that is there. */
    public static void send(long pid, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        if (kill.waitFor() != 0) {
            throw new IOException("Cannot send " + name + " to " + pid);
        }
    }

    /** Stops a process and waits until none of its threads runs any more, which takes a moment on a busy machine. */
    public static void stop(long pid) throws IOException, InterruptedException {
        send(pid, "STOP");
        while (!isStopped(pid)) {
            Thread.sleep(1);
        }
    }

    private static boolean isStopped(long pid) throws IOException {
        List<Path> threads;
        try (Stream<Path> paths = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            threads = paths.toList();
        }
        for (Path thread : threads) {
            String stat = Files.readString(thread.resolve("stat"));
            // The state follows the name, which is in parentheses.
            if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                return false;
            }
        }
        return true;
    }
}

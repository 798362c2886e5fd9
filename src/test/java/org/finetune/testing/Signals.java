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
        kill(Long.toString(pid), name);
    }

    /** Sends a signal to all processes of a group that is there. */
    public static void sendToGroup(long group, String name) throws IOException, InterruptedException {
        if (group <= 1) {
            throw new IllegalArgumentException("no group of a test: " + group);
        }
        kill("-" + group, name);
    }

    /** Whether a process has become the first of a group, as one that {@code setsid} runs does after a moment. */
    public static boolean leadsGroup(long pid) throws IOException {
        return fields(Path.of("/proc", Long.toString(pid), "stat"))[2].equals(Long.toString(pid));
    }

    /** What follows the name of a process in its {@code stat}: state, parent, group... The name is in parentheses. */
    private static String[] fields(Path stat) throws IOException {
        String line = Files.readString(stat);
        return line.substring(line.lastIndexOf(')') + 2).split(" ");
    }

    /**
     * Without the dashes, the kill of procps takes the group 12345 for 1, and sends the signal to every process that there
     * is.
     */
    private static void kill(String receiver, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, "--", receiver).start();
        if (kill.waitFor() != 0) {
            throw new IOException("Cannot send " + name + " to " + receiver);
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
            if (!fields(thread.resolve("stat"))[0].equals("T")) {
                return false;
            }
        }
        return true;
    }
}

package org.finetune.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group of the kernel's that limits memory, as a container has, and kills processes that want more. */
public final class MemoryCgroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static final int MOST_WAITS = 1000;

    private final Path directory;

    private MemoryCgroup(Path directory) {
        this.directory = directory;
    }

    /** Makes a group; where that is impossible, as without root, the test is skipped. */
    public static MemoryCgroup create(int mebibytes) throws IOException {
        boolean first = Files.isDirectory(ROOT.resolve("memory"));
        Path parent = first ? ROOT.resolve("memory") : ROOT;
        Path directory = null;
        try {
            directory = Files.createTempDirectory(parent, "finetune-test-");
            Files.writeString(
                    directory.resolve(first ? "memory.limit_in_bytes" : "memory.max"),
                    Long.toString((long) mebibytes << 20));
        } catch (IOException e) {
            if (directory != null) {
                Files.delete(directory);
            }
            return abort("Skipped: no control group for memory can be made: " + e);
        }
        return new MemoryCgroup(directory);
    }

    /** A command that runs another one, which comes after it, in the group. */
    public String[] command() {
        return new String[] {"bash", "-c", "echo $$ >'" + directory + "/cgroup.procs' && exec \"$@\"", "bash"};
    }

    /** Number of processes that the kernel has killed. */
    public int kills() throws IOException {
        Path events = directory.resolve("memory.events");
        Path file = Files.exists(events) ? events : directory.resolve("memory.oom_control");
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToInt(line -> Integer.parseInt(line.substring("oom_kill ".length())))
                .findFirst()
                .orElseThrow();
    }

    /** Removes the group once its processes have ended; that of the decoder does so a little after the command. */
    @Override
    public void close() throws IOException, InterruptedException {
        Path processes = directory.resolve("cgroup.procs");
        for (int i = 0; i < MOST_WAITS && !Files.readString(processes).isBlank(); i++) {
            Thread.sleep(10);
        }
        Files.delete(directory);
    }
}

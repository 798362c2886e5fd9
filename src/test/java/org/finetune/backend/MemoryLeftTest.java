package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's files say, in both versions of control groups. */
class MemoryLeftTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path root;

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content + "\n");
    }

    private long left() {
        return new MemoryLeft(root.resolve("proc"), root.resolve("cgroup")).bytes() / MIB;
    }

    @Test
    void limitOfAParentHoldsAndContentsOfFilesDoNotCount() throws IOException {
        write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB");
        write("proc/self/cgroup", "0::/outer/inner");
        write("cgroup/outer/memory.max", "" + 500 * MIB);
        write("cgroup/outer/memory.current", "" + 400 * MIB);
        write("cgroup/outer/memory.stat", "anon 1\ninactive_file " + 30 * MIB + "\nactive_file " + 20 * MIB);
        write("cgroup/outer/inner/memory.max", "max");
        assertEquals(150, left());
        write("cgroup/outer/inner/memory.max", "" + 300 * MIB);
        write("cgroup/outer/inner/memory.current", "" + 299 * MIB);
        assertEquals(1, left());
    }

    @Test
    void firstVersionHasAGroupForMemory() throws IOException {
        write("proc/meminfo", "MemAvailable: 4194304 kB");
        write("proc/self/cgroup", "7:cpu,cpuacct:/a\n6:memory:/a\n0::/");
        write("cgroup/memory/a/memory.limit_in_bytes", "" + 300 * MIB);
        write("cgroup/memory/a/memory.usage_in_bytes", "" + 250 * MIB);
        write("cgroup/memory/a/memory.stat", "total_inactive_file " + 8 * MIB + "\ntotal_active_file " + 4 * MIB);
        write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertEquals(62, left());
    }

    @Test
    void withoutAGroupItIsTheMachines() throws IOException {
        write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 2097152 kB");
        assertEquals(2048, left());
    }

    @Test
    void whereNothingIsToldNothingIsLimited() {
        assertTrue(left() > 1 << 20);
    }
}

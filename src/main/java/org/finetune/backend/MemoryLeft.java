package org.finetune.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How much memory the system would still give: what the machine has left, or the control group, such as a container, in which this
 * process and the one that decodes photos are. Where more is wanted, the system kills one of them without a word.
 */
public final class MemoryLeft {
    private static final Path PROC = Path.of("/proc");
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /** Stands for what is not told; so large that it limits nothing, and can be added to and multiplied. */
    private static final long UNKNOWN = Long.MAX_VALUE >> 12;

    private final Path proc;
    private final Path groups;

    public MemoryLeft() {
        this(PROC, GROUPS);
    }

    /** Memory as other directories than {@code /proc} and {@code /sys/fs/cgroup} tell it. */
    MemoryLeft(Path proc, Path groups) {
        this.proc = proc;
        this.groups = groups;
    }

    /** Bytes that are left; as many as there can be where the system does not tell. */
    public long bytes() {
        long left = 1024 * value(lines(proc.resolve("meminfo")), "MemAvailable:");
        for (String line : lines(proc.resolve("self/cgroup"))) {
            String[] fields = line.split(":", 3);
            boolean second = fields.length == 3 && fields[1].isEmpty();
            if (!second
                    && (fields.length < 3
                            || !Arrays.asList(fields[1].split(",")).contains("memory"))) {
                continue;
            }
            Path root = second ? groups : groups.resolve("memory");
            // The limits of the parents hold too. Inside a container the path can be the host's, absent here.
            for (Path group = root.resolve(fields[2].substring(1)).normalize();
                    group.startsWith(root);
                    group = group.getParent()) {
                left = Math.min(left, second ? inSecondVersion(group) : inFirstVersion(group));
            }
        }
        return left;
    }

    /**
     * Bytes that are left; where they are fewer than wanted, after this process has given back what it needs no more, which may still
     * be counted.
     *
     * @param wanted bytes
     */
    public long bytesFor(long wanted) {
        long left = bytes();
        if (left >= wanted) {
            return left;
        }
        FreedMemory.giveBack();
        return bytes();
    }

    private static long inSecondVersion(Path group) {
        return left(group.resolve("memory.max"), group.resolve("memory.current"), group.resolve("memory.stat"), "");
    }

    private static long inFirstVersion(Path group) {
        return left(
                group.resolve("memory.limit_in_bytes"),
                group.resolve("memory.usage_in_bytes"),
                group.resolve("memory.stat"),
                "total_");
    }

    /**
     * What lies between a limit and what is used, with the contents of files, which the system gives up when it must.
     *
     * @param prefix of the names of these contents in {@code memory.stat}
     */
    private static long left(Path limit, Path used, Path stat, String prefix) {
        long most = number(limit);
        if (most == UNKNOWN) {
            return UNKNOWN;
        }
        List<String> contents = lines(stat);
        long reclaimable =
                known(value(contents, prefix + "inactive_file ")) + known(value(contents, prefix + "active_file "));
        return Math.max(0, most - known(number(used)) + reclaimable);
    }

    private static long known(long value) {
        return value == UNKNOWN ? 0 : value;
    }

    /** A number that a file consists of; {@code max} stands for no limit. */
    private static long number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? UNKNOWN : number(lines.get(0));
    }

    /** The number after the beginning of a line, without its unit. */
    private static long value(List<String> lines, String beginning) {
        for (String line : lines) {
            if (line.startsWith(beginning)) {
                String value = line.substring(beginning.length()).trim();
                int unit = value.indexOf(' ');
                return number(unit < 0 ? value : value.substring(0, unit));
            }
        }
        return UNKNOWN;
    }

    private static long number(String text) {
        try {
            return Math.min(UNKNOWN, Long.parseLong(text.trim()));
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}

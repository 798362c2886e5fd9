package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoFileTest {
    @TempDir
    private Path directory;

    /** Java's own way of reading a file whole takes as much again, and keeps it for each thread. */
    @Test
    void readingALargeFileTakesNoMemoryOutsideTheHeap() throws IOException {
        byte[] content = new byte[(24 << 20) + 5];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("large.png"), content);
        long before = memoryOutsideTheHeap();
        assertArrayEquals(content, new PhotoFile(file).read());
        long taken = memoryOutsideTheHeap() - before;
        assertTrue(taken < 1 << 20, taken + " bytes");
    }

    private static long memoryOutsideTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }
}

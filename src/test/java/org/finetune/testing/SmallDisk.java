package org.finetune.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of a few megabytes in memory, mounted on a directory.
 *
 * @param path where it is mounted
 */
public record SmallDisk(Path path) implements AutoCloseable {
    private static final int BLOCK = 4096;

    /** Mounts an empty one on a new directory; skips the test where that is not allowed. */
    public static SmallDisk mount(Path directory, String size) throws IOException, InterruptedException {
        Files.createDirectory(directory);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
        assumeTrue(mounted, "A file system can be mounted only by root");
        return new SmallDisk(directory);
    }

    /** Changes options, such as {@code size=64m} or {@code ro}. */
    public void remount(String options) throws IOException, InterruptedException {
        if (!run("mount", "-o", "remount," + options, path.toString())) {
            throw new IOException("Cannot remount " + path + " with " + options);
        }
    }

    /** Takes all the room that is left, with a file that is returned. */
    public Path fill() throws IOException {
        Path filler = path.resolve("filler");
        byte[] block = new byte[BLOCK];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Unmounts it; what is still mapped into memory stays there. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (!run("umount", "--lazy", path.toString())) {
            throw new IOException("Cannot unmount " + path);
        }
    }
}

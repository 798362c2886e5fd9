package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.SmallDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries in the cache directory, from which later runs load them. */
class NativeLibrariesIT {
    private static final int NOBODY = 65534;

    @TempDir
    private Path directory;

    private Result run(String... arguments) throws Exception {
        Result result = CliProcess.finetune(arguments)
                .with("XDG_CACHE_HOME", directory.resolve("cache").toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        return result;
    }

    /** Starts ND4J and tells whether it took what was unpacked before. */
    private boolean startsFromTheCache() throws Exception {
        Result result = run("doctor", "--verbose");
        assertTrue(result.out().contains("CpuBackend"), result.out());
        assertTrue(result.err().contains("unpacked by an earlier run: "), result.err());
        return result.err().contains("unpacked by an earlier run: loaded");
    }

    private Path unpacked(String library) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            return files.filter(file -> file.endsWith(library)).findFirst().orElseThrow();
        }
    }

    /** Of a size and time that JavaCPP would take for its own. */
    @Test
    void libraryOfAnotherUserIsNotLoaded() throws Exception {
        Path natives = Files.createDirectories(directory.resolve("cache/finetune/natives"));
        Path planted = Files.createFile(natives.resolve("libplanted.so"));
        try {
            Files.setAttribute(planted, "unix:uid", NOBODY);
        } catch (IOException e) {
            assumeTrue(false, "Skipped: only root can give files to another user");
        }
        String photos = Path.of("data", "sample").toString();
        Result result = CliProcess.finetune("check", photos)
                .with("XDG_CACHE_HOME", directory.resolve("cache").toString())
                .with("HOME", directory.resolve("home").toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        try (Stream<Path> files = Files.list(natives)) {
            assertEquals(List.of(planted), files.toList(), "Nothing is unpacked where others can write");
        }
        assertTrue(Files.exists(directory.resolve("home/.cache/finetune/natives")));
    }

    @Test
    void cacheThatAllowsNoExecutionOrIsTooSmallSaysWhatIsNeeded() throws Exception {
        try (SmallDisk cache = SmallDisk.mount(directory.resolve("cache"), "1g,noexec")) {
            for (String[] command : new String[][] {{"check", "data/sample"}, {"train", "--data", "data/sample"}}) {
                CliProcess.finetune(command)
                        .with("XDG_CACHE_HOME", cache.path().toString())
                        .run()
                        .assertRefused(5, "is mounted noexec", "Set XDG_CACHE_HOME");
            }
            cache.remount("exec,size=100m");
            CliProcess.finetune("train", "--data", "data/sample")
                    .with("XDG_CACHE_HOME", cache.path().toString())
                    .run()
                    .assertRefused(5, "has room for ", "464 MiB", "Set XDG_CACHE_HOME");
            Result doctor = CliProcess.finetune("doctor")
                    .with("XDG_CACHE_HOME", cache.path().toString())
                    .run();
            assertEquals(5, doctor.exitCode(), doctor.err());
            assertTrue(doctor.out().contains("464"), doctor.out());
        }
    }

    @Test
    @Tag("slow")
    void areUsedAgainUnlessTheyAreDamaged() throws Exception {
        String photos = Path.of("data", "sample").toString();
        assertFalse(startsFromTheCache());
        run("check", photos);
        assertTrue(startsFromTheCache());

        Path core = unpacked("libopencv_core.so.405");
        byte[] whole = Files.readAllBytes(core);
        FileTime time = Files.getLastModifiedTime(core);
        try (RandomAccessFile file = new RandomAccessFile(core.toFile(), "rw")) {
            file.seek(whole.length / 2);
            file.write(~whole[whole.length / 2]);
        }
        Files.setLastModifiedTime(core, time);
        assertFalse(startsFromTheCache(), "Size and time are the same, but not the contents");
        run("check", photos);
        assertArrayEquals(whole, Files.readAllBytes(core));

        long size = whole.length;
        try (RandomAccessFile file = new RandomAccessFile(core.toFile(), "rw")) {
            file.setLength(size / 2);
        }
        assertFalse(startsFromTheCache());
        run("check", photos);
        assertEquals(size, Files.size(core), "It is unpacked again");
        Files.delete(unpacked("libnd4jcpu.so"));
        assertFalse(startsFromTheCache());
        assertTrue(startsFromTheCache());
    }
}

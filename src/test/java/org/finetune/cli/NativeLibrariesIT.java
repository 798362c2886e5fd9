package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries in the cache directory, from which later runs load them. */
class NativeLibrariesIT {
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

    @Test
    void areUsedAgainUnlessTheyAreDamaged() throws Exception {
        String photos = Path.of("data", "sample").toString();
        assertFalse(startsFromTheCache());
        run("check", photos);
        assertTrue(startsFromTheCache());

        Path core = unpacked("libopencv_core.so.405");
        long size = Files.size(core);
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

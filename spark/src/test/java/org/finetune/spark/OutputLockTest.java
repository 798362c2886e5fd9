package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLockTest {
    private static final Duration BEAT = Duration.ofMillis(200);

    @TempDir
    private Path directory;

    private OutputLock take() throws IOException {
        return OutputLock.take(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration(), BEAT);
    }

    @Test
    void secondJobIsRefusedUntilTheFirstHasEnded() throws IOException {
        try (OutputLock first = take()) {
            FinetuneException refusal = assertThrows(FinetuneException.class, this::take);
            assertEquals(ExitCode.DATA, refusal.exitCode());
            assertTrue(refusal.getMessage().startsWith("Another job is writing to '"), refusal.getMessage());
            first.requireHeld();
        }
        take().close();
        assertFalse(Files.exists(directory.resolve(OutputLock.NAME)));
    }

    @Test
    void lockOfAStoppedJobIsTaken() throws IOException {
        Files.writeString(directory.resolve(OutputLock.NAME), "stopped");
        try (OutputLock lock = take()) {
            lock.requireHeld();
        }
    }

    @Test
    void jobWhoseLockWasTakenNotices() throws Exception {
        try (OutputLock lock = take()) {
            Files.delete(directory.resolve(OutputLock.NAME));
            FinetuneException refusal = StandaloneCluster.await(() -> {
                try {
                    lock.requireHeld();
                    return Optional.empty();
                } catch (FinetuneException e) {
                    return Optional.of(e);
                }
            });
            assertEquals(ExitCode.DATA, refusal.exitCode());
        }
    }
}

package org.finetune.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void writesAndReplaces() throws IOException {
        Path file = directory.resolve("file.txt");
        AtomicFile.write(file, "a long first text");
        AtomicFile.write(file, "ä\n");
        assertEquals("ä\n", Files.readString(file));
        assertEquals(List.of("file.txt"), names());
    }

    @Test
    void failureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(directory.resolve("file.txt"), "old");
        FinetuneException failure = assertThrows(
                FinetuneException.class,
                () -> AtomicFile.write(file, out -> {
                    out.write("half".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("the disk is full");
                }));
        assertEquals(ExitCode.DATA, failure.exitCode());
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
        assertTrue(failure.getMessage().contains("the disk is full"), failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("file.txt"), names());
    }

    @Test
    void remedyFitsTheReason() {
        Path file = directory.resolve("file");
        assertEquals(
                "Cannot write '" + file
                        + "': No space left on device; free some space there or choose another --explain.",
                AtomicFile.cannotWrite(file, new FileSystemException("x", null, "No space left on device"), "--explain")
                        .getMessage());
        assertEquals(
                "Cannot write '" + file + "': permission denied; make it writable or choose another --html.",
                AtomicFile.cannotWrite(file, new AccessDeniedException("x"), "--html")
                        .getMessage());
    }

    @Test
    void bugInTheContentLeavesTheOldFileToo() throws IOException {
        Path file = Files.writeString(directory.resolve("file.txt"), "old");
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFile.write(file, out -> {
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("file.txt"), names());
    }

    @Test
    void missingDirectoryIsNamed() {
        Path file = directory.resolve("absent/file.txt");
        FinetuneException failure = assertThrows(FinetuneException.class, () -> AtomicFile.write(file, "text"));
        assertEquals(ExitCode.DATA, failure.exitCode());
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    }
}

package org.finetune.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PlainFilesTest {
    @TempDir
    private Path directory;

    private Path precious;
    private Path link;

    @BeforeEach
    void makeALink() throws IOException {
        precious = Files.writeString(directory.resolve("precious"), "text");
        link = Files.createSymbolicLink(directory.resolve("link"), precious);
    }

    private static void assertRefused(String reason, Executable executable) {
        assertEquals(reason, assertThrows(FileSystemException.class, executable).getReason());
    }

    @Test
    void aLinkIsNeitherReadNorWritten() throws IOException {
        assertRefused("it is a symbolic link", () -> PlainFiles.read(link));
        assertRefused(
                "it is a symbolic link",
                () -> PlainFiles.open(link, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
        assertThrows(FinetuneException.class, () -> new RunLog(link));
        assertEquals("text", Files.readString(precious));
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertRefused("it is not a regular file", () -> PlainFiles.read(pipe));
        assertRefused("it is a directory", () -> PlainFiles.read(directory));
    }

    @Test
    void aMissingFileIsMade() throws IOException {
        Path file = directory.resolve("file");
        assertThrows(NoSuchFileException.class, () -> PlainFiles.read(file));
        PlainFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        assertTrue(Files.exists(file));
    }

    @Test
    void aDirectoryIsNotTakenBehindALink() throws IOException {
        Path made = PlainFiles.createDirectory(directory.resolve("a/b"));
        assertEquals(made, PlainFiles.createDirectory(made));
        Path linked = Files.createSymbolicLink(directory.resolve("linked"), made);
        assertRefused("it is a symbolic link", () -> PlainFiles.createDirectory(linked));
        assertThrows(FileSystemException.class, () -> PlainFiles.createDirectory(precious));
    }

    @Test
    void aFileIsNotWrittenThroughWhatAKilledProcessMayHaveLeft() throws IOException {
        Files.createSymbolicLink(directory.resolve(".file.part"), precious);
        AtomicFile.write(directory.resolve("file"), "new");
        AtomicFile.write(link, "new");
        assertEquals("text", Files.readString(precious));
        assertEquals("new", Files.readString(directory.resolve("file")));
        assertFalse(Files.isSymbolicLink(link));
    }

    @Test
    void onlyOwnNamesAreDeletedAndNothingBehindALink() throws IOException {
        Path cache = Files.createDirectories(directory.resolve("run/cache/1"));
        Path own = Files.writeString(cache.resolve("own"), "");
        Path other = Files.writeString(cache.resolve("other"), "");
        OwnFiles files = new OwnFiles(directory.resolve("run"), Pattern.compile("cache(/1(/own)?)?"));
        files.requirePlain();
        assertFalse(files.delete(Path.of("cache")));
        assertFalse(Files.exists(own));
        assertTrue(Files.exists(other));
        Files.delete(other);
        assertTrue(files.delete(Path.of("cache")));
        assertFalse(Files.exists(directory.resolve("run/cache")));

        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/1"));
        Path kept = Files.writeString(elsewhere.resolve("own"), "");
        Files.createSymbolicLink(directory.resolve("run/cache"), elsewhere.getParent());
        assertThrows(FinetuneException.class, files::requirePlain);
        assertRefused("it is a symbolic link", () -> files.delete(Path.of("cache/1")));
        files.delete(Path.of("cache"));
        assertTrue(Files.exists(kept));
    }
}

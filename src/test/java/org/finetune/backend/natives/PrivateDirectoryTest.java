package org.finetune.backend.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateDirectoryTest {
    private static final int NOBODY = 65534;

    @TempDir
    private Path place;

    private Path directory;
    private Path library;

    @BeforeEach
    void create() throws IOException {
        directory = place.resolve("natives");
        library = directory.resolve("some.jar").resolve("libsome.so");
    }

    private static boolean isPrivate(Path directory) {
        return new PrivateDirectory().isPrivate(directory);
    }

    private void fill() throws IOException {
        Files.createDirectories(library.getParent());
        Files.createFile(library);
    }

    private static void permit(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void giveAway(Path file) throws IOException {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "Skipped: only root can give files to another user");
        Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void isMadeForThisUserAlone() throws IOException {
        assertTrue(isPrivate(directory));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void whatThisUserHasLeftOpenIsClosed() throws IOException {
        fill();
        permit(directory, "rwxrwxr-x");
        permit(library, "rw-rw-rw-");
        assertTrue(isPrivate(directory));
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(library)));
    }

    @Test
    void filesDirectoriesAndLinksOfAnotherUserAreNotTrusted() throws IOException {
        fill();
        assertTrue(isPrivate(directory));
        giveAway(library);
        assertFalse(isPrivate(directory));
        Files.delete(library);
        assertTrue(isPrivate(directory));
        Files.createSymbolicLink(library, Path.of("/usr/lib/libother.so"));
        giveAway(library);
        assertFalse(isPrivate(directory));
        Files.delete(library);
        giveAway(directory);
        assertFalse(isPrivate(directory));
    }

    @Test
    void directoryThatOthersCouldReplaceIsNotTrusted() throws IOException {
        fill();
        permit(place, "rwxrwxrwx");
        assertFalse(isPrivate(directory));
        permit(place, "rwxr-xr-x");
        assertTrue(isPrivate(directory));
    }
}

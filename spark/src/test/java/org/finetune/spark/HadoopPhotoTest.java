package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.finetune.data.Photo;
import org.finetune.data.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopPhotoTest {
    @TempDir
    private Path directory;

    private static Photo photo(Object id) {
        return new HadoopPhoto(id.toString(), new Configuration());
    }

    @Test
    void readsAFile() throws IOException {
        Path file = Files.write(directory.resolve("a ünï%20 #1?.jpg"), new byte[] {1, 2, 3});
        assertEquals("a ünï%20 #1?.jpg", photo(file).fileName());
        assertEquals(3, photo(file).length());
        assertArrayEquals(new byte[] {1, 2, 3}, photo(file).read());
        assertArrayEquals(new byte[] {1, 2, 3}, photo("file:" + file).read());
    }

    @Test
    void nameThatHadoopDoesNotReadIsBad() throws IOException {
        Path file = Files.createFile(directory.resolve("a:b.jpg"));
        assertEquals(
                "Hadoop does not read files of such a name; rename it",
                assertThrows(IOException.class, () -> photo(file).read()).getMessage());
    }

    @Test
    void absentFileAndDirectoryAreBad() {
        assertThrows(NoSuchFileException.class, () -> photo(directory.resolve("none.jpg"))
                .read());
        assertEquals(
                "is a directory",
                assertThrows(IOException.class, () -> photo(directory).read()).getMessage());
    }

    /** Storage that tells of files but fails to read them. */
    public static final class Failing extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("failing:///");
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            if (path.getName().startsWith("denied")) {
                throw new AccessDeniedException("403");
            }
            if (path.getName().startsWith("unknown")) {
                throw new IllegalArgumentException(new UnknownHostException("namenode"));
            }
            if (path.getName().startsWith("absent")) {
                throw new FileNotFoundException("404");
            }
            return new FileStatus(10, false, 1, 1, 0, path);
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path path, int size) throws IOException {
            throw new IOException("connection reset");
        }
    }

    @Test
    void failingStorageAndDeniedObjectsAreNoBadPhotos() {
        Configuration configuration = new Configuration();
        configuration.set("fs.failing.impl", Failing.class.getName());
        StorageException failure =
                assertThrows(StorageException.class, () -> new HadoopPhoto("failing:/a.jpg", configuration).read());
        assertEquals(
                "Reading 'failing:/a.jpg' failed (connection reset); check the disk or network that holds the photos, and "
                        + "try again.",
                failure.getMessage());
        assertThrows(StorageException.class, () -> new HadoopPhoto("failing:/denied.jpg", configuration).length());
        assertThrows(StorageException.class, () -> new HadoopPhoto("failing:/unknown.jpg", configuration).length());
        assertThrows(NoSuchFileException.class, () -> new HadoopPhoto("failing:/absent.jpg", configuration).length());
    }
}

package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoListTest {
    @TempDir
    private Path directory;

    private PhotoList list(Path photos) {
        return PhotoList.of(
                photos.toString(),
                new org.apache.hadoop.fs.Path(
                        directory.resolve("out/_photos.jsonl").toUri()),
                new Configuration());
    }

    private static List<String> ids(PhotoList list) throws IOException {
        List<String> ids = new ArrayList<>();
        try (PhotoList.Ids open = list.open()) {
            open.forEachRemaining(ids::add);
        }
        return ids;
    }

    private Path photo(String name) throws IOException {
        Path file = directory.resolve("photos").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    @Test
    void manifestNamesPathsAndUris() throws IOException {
        Path manifest = Files.writeString(
                directory.resolve("list.csv"), "file_name,label\na b.jpg,x\n/c/d.jpg,y\ns3a://bucket/e.jpg,x\n");
        assertEquals(List.of(directory + "/a b.jpg", "/c/d.jpg", "s3a://bucket/e.jpg"), ids(list(manifest)));
        assertEquals(3, list(manifest).summary().photos());
    }

    /** In the order of {@code finetune predict}: by the whole path. */
    @Test
    void directoryIsListedOnce() throws IOException {
        List<String> expected = List.of(
                photo("_first.JPG").toString(),
                photo("a-b/2.png").toString(),
                photo("a/1: ü.jpg").toString());
        photo(".hidden/3.jpg");
        photo("a/notes.txt");
        PhotoList list = list(directory.resolve("photos"));
        assertEquals(expected, ids(list));
        String before = list.summary().sha256();
        photo("a/0.jpg");
        assertEquals(expected, ids(list(directory.resolve("photos"))));
        Files.delete(directory.resolve("out/_photos.jsonl"));
        assertNotEquals(before, list(directory.resolve("photos")).summary().sha256());
    }

    @Test
    void nothingToReadIsRefused() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThrows(FinetuneException.class, () -> list(empty));
        assertThrows(FinetuneException.class, () -> list(directory.resolve("none")));
        Path manifest = Files.writeString(directory.resolve("list.csv"), "file_name\n");
        assertThrows(FinetuneException.class, () -> list(manifest).summary());
    }
}

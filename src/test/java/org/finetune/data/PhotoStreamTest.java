package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.finetune.FinetuneException;
import org.finetune.data.source.PhotoSources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing looks at names and the first bytes only, so the photos here hold any bytes. */
class PhotoStreamTest {
    @TempDir
    private Path root;

    @BeforeEach
    void createFiles() throws IOException {
        for (String name : List.of(
                "a/1.jpg",
                "a/b/2.jpg",
                "a b/3.jpg",
                "a-b/4.jpg",
                "a.jpg",
                "b/notes.txt",
                ".hidden/5.jpg",
                "\ud83d\ude00.jpg",
                "\uffee.jpg",
                "z.psd",
                "c/6.png",
                "c.d/7.png")) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        Files.createFile(root.resolve("c/empty.jpg"));
        Files.createSymbolicLink(root.resolve("a/up"), root);
        Files.createSymbolicLink(root.resolve("a/b/loop"), root.resolve("a"));
        Files.createSymbolicLink(root.resolve("c/nowhere.jpg"), root.resolve("none"));
        Files.createSymbolicLink(root.resolve("linked.jpg"), root.resolve("a.jpg"));
    }

    private List<String> arguments() {
        return List.of(root.resolve("a.jpg").toString(), root.toString(), root + "/a*/*.jpg");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1000})
    void partsAreWhatIsFoundAtOnce(int most) {
        PhotoPaths whole = PhotoPaths.expand(arguments(), PhotoSources::photosIn);
        PhotoStream stream = new PhotoStream(arguments(), PhotoSources::photosIn);
        List<Photo> photos = new ArrayList<>();
        List<BadPhoto> bad = new ArrayList<>();
        while (stream.hasMore()) {
            PhotoPaths part = stream.next(most);
            assertTrue(part.photos().size() == most || !stream.hasMore());
            photos.addAll(part.photos());
            bad.addAll(part.bad());
        }
        assertEquals(whole.photos(), photos);
        assertEquals(new HashSet<>(whole.bad()), new HashSet<>(bad));
        assertEquals(whole.bad().size(), bad.size());
        assertFalse(bad.isEmpty());
    }

    @Test
    void photosWhoseNamesAreNotInUtf8AreRead() throws Exception {
        String command = "cd \"$1\"; printf one > $'x\\xe8.jpg'; printf two > $'x\\xe9.jpg'";
        Process process = new ProcessBuilder("bash", "-c", command, "bash", root.toString()).start();
        assertEquals(0, process.waitFor());
        Set<String> contents = new HashSet<>();
        PhotoPaths found = new PhotoStream(List.of(root.toString()), PhotoSources::photosIn).next(1000);
        for (Photo photo : found.photos()) {
            if (photo.fileName().startsWith("x")) {
                contents.add(new String(photo.read(), StandardCharsets.US_ASCII));
            }
        }
        assertEquals(Set.of("one", "two"), contents);
    }

    @Test
    void directoryWithoutPhotosIsRefused() {
        PhotoStream stream = new PhotoStream(List.of(root.resolve("b").toString()), PhotoSources::photosIn);
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> stream.next(10));
        assertEquals(
                "No photos found in '" + root.resolve("b")
                        + "'; give a file, directory or pattern that contains photos.",
                refusal.getMessage());
    }
}

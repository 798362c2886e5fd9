package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.source.PhotoSources;
import org.finetune.testing.Archives;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoPathsTest {
    @TempDir
    private Path root;

    @BeforeEach
    void createFiles() throws IOException {
        for (String name :
                List.of("b.jpg", "a.png", "notes.txt", "odd.dat", "[1].jpg", "sub/c.jpg", "sub/deep/d.jpg")) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    @Test
    void directoriesStandForTheirImages() {
        assertExpands(List.of(""), "[1].jpg", "a.png", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg");
        assertExpands(List.of("sub", "a.png"), "sub/c.jpg", "sub/deep/d.jpg", "a.png");
    }

    @Test
    void filesAreKeptWhateverTheyAre() {
        assertExpands(List.of("odd.dat", "missing.jpg", "b.jpg", "b.jpg"), "odd.dat", "missing.jpg", "b.jpg", "b.jpg");
    }

    @Test
    void patternsStandForTheImagesThatMatch() {
        assertExpands(List.of("*.jpg"), "[1].jpg", "b.jpg");
        assertExpands(List.of("*"), "[1].jpg", "a.png", "b.jpg");
        assertExpands(List.of("{a,b}.*"), "a.png", "b.jpg");
        assertExpands(List.of("s*/?.jpg"), "sub/c.jpg");
        assertExpands(List.of("**/d.jpg"), "sub/deep/d.jpg");
        assertExpands(List.of("**/*.jpg"), "[1].jpg", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg");
        assertExpands(List.of("[1].jpg"), "[1].jpg");
    }

    @Test
    void expandsRelativePatterns() {
        Path relative = Path.of("").toAbsolutePath().relativize(root);
        assertEquals(
                List.of(new PhotoFile(relative.resolve("[1].jpg")), new PhotoFile(relative.resolve("b.jpg"))),
                expand(List.of(relative + "/*.jpg")).photos());
    }

    @Test
    void archivesStandForTheirPhotos() throws IOException {
        Path zip = Archives.write(root.resolve("x.zip"), Archives.filesOf(root, "all/"));
        Archives.write(root.resolve("s-1.tar"), Archives.filesOf(root.resolve("sub"), ""));
        Archives.write(root.resolve("s-2.tar"), Archives.filesOf(root.resolve("sub"), ""));
        assertNames(
                List.of("x.zip"),
                "x.zip/all/[1].jpg",
                "x.zip/all/a.png",
                "x.zip/all/b.jpg",
                "x.zip/all/sub/c.jpg",
                "x.zip/all/sub/deep/d.jpg");
        assertNames(List.of("a.png", "x.zip/all/sub/deep", "b.jpg"), "a.png", "x.zip/all/sub/deep/d.jpg", "b.jpg");
        assertNames(List.of("x.zip/all/b.jpg"), "x.zip/all/b.jpg");
        assertNames(
                List.of("s-{1..2}.tar"), "s-1.tar/c.jpg", "s-1.tar/deep/d.jpg", "s-2.tar/c.jpg", "s-2.tar/deep/d.jpg");
        FinetuneException e = assertThrows(FinetuneException.class, () -> expand(List.of(zip + "/none")));
        assertTrue(e.getMessage().contains("has no directory 'none'"), e.getMessage());
    }

    @Test
    void manifestsStandForTheirPhotosInTheirOrder() throws IOException {
        Files.writeString(root.resolve("list.csv"), "file_name\nsub/c.jpg\na.png\n");
        assertNames(List.of("list.csv"), "sub/c.jpg", "a.png");
    }

    private void assertNames(List<String> arguments, String... expected) {
        assertEquals(
                List.of(expected),
                expand(arguments.stream().map(argument -> root + "/" + argument).toList()).photos().stream()
                        .map(photo -> root.relativize(Path.of(photo.id())).toString())
                        .toList());
    }

    @Test
    void refusesWhatStandsForNothing() throws IOException {
        Files.createDirectory(root.resolve("empty"));
        for (String argument :
                List.of(root + "/empty", root + "/*.gif", root + "/nowhere/*.jpg", root + "/[", "a\0b")) {
            FinetuneException e = assertThrows(FinetuneException.class, () -> expand(List.of(argument)), argument);
            assertEquals(ExitCode.DATA, e.exitCode());
            assertTrue(e.getMessage().contains("'" + argument + "'"), e.getMessage());
        }
    }

    private void assertExpands(List<String> arguments, String... expected) {
        List<String> absolute =
                arguments.stream().map(argument -> root + "/" + argument).toList();
        assertEquals(
                Stream.of(expected)
                        .map(name -> new PhotoFile(root.resolve(name)))
                        .toList(),
                expand(absolute).photos());
    }

    private static PhotoPaths expand(List<String> arguments) {
        return PhotoPaths.expand(arguments, PhotoSources::photosIn);
    }
}

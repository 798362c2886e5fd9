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
                PhotoPaths.expand(List.of(relative + "/*.jpg")).photos());
    }

    @Test
    void refusesWhatStandsForNothing() throws IOException {
        Files.createDirectory(root.resolve("empty"));
        for (String argument :
                List.of(root + "/empty", root + "/*.gif", root + "/nowhere/*.jpg", root + "/[", "a\0b")) {
            FinetuneException e =
                    assertThrows(FinetuneException.class, () -> PhotoPaths.expand(List.of(argument)), argument);
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
                PhotoPaths.expand(absolute).photos());
    }
}

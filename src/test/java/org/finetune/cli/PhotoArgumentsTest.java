package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoArgumentsTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String file : List.of(
                "b.jpg",
                "a.jpg",
                "notes.txt",
                "sub/c.jpg",
                "sub/deep/d.jpg",
                ".hidden.jpg",
                ".git/e.jpg",
                "[odd].jpg")) {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
    }

    @Test
    void directoryStandsForThePhotosInItAndBelow() {
        assertEquals(List.of("[odd].jpg", "a.jpg", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg"), expand(""));
    }

    @Test
    void namedFilesAreTakenAsTheyAreInTheOrderOfTheArguments() {
        assertEquals(
                List.of("notes.txt", "b.jpg", ".hidden.jpg", "[odd].jpg", "b.jpg"),
                expand("notes.txt", "b.jpg", ".hidden.jpg", "[odd].jpg", "b.jpg"));
    }

    @Test
    void patterns() {
        assertEquals(List.of("a.jpg", "b.jpg"), expand("?.jpg"));
        assertEquals(List.of("a.jpg"), expand("[a]*"));
        assertEquals(List.of("b.jpg", "notes.txt"), expand("{b,notes}.*"));
        assertEquals(List.of("sub/c.jpg"), expand("*/*.jpg"));
        assertEquals(List.of("[odd].jpg", "a.jpg", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg"), expand("**/*.jpg"));
        assertEquals(List.of("sub/c.jpg", "sub/deep/d.jpg"), expand("sub/**/*.jpg"));
    }

    @Test
    void relativePatternsMatchRelativePaths() {
        List<Path> sources =
                new PhotoArguments(System.in, file -> false).expand(List.of("src/main/java/org/finetune/cl?/Main.*"));
        assertEquals(List.of(Path.of("src/main/java/org/finetune/cli/Main.java")), sources);
    }

    @Test
    void linksAreFollowedButNotInCircles() throws IOException {
        Files.createSymbolicLink(directory.resolve("sub/up"), directory.resolve("sub"));
        Files.createSymbolicLink(directory.resolve("also"), directory.resolve("sub/deep"));
        assertEquals(List.of("also/d.jpg"), expand("also"));
        assertEquals(List.of("sub/c.jpg", "sub/deep/d.jpg"), expand("sub"));
    }

    @Test
    void pathsFromStandardInputAreTakenAsTheyAre() {
        String input = "x.jpg\n\n with space.jpg \nno/such.jpg";
        List<Path> paths =
                new PhotoArguments(new ByteArrayInputStream(input.getBytes()), file -> false).expand(List.of("-"));
        assertEquals(List.of(Path.of("x.jpg"), Path.of(" with space.jpg "), Path.of("no/such.jpg")), paths);
    }

    @Test
    void whatNamesNothingIsAnError() throws IOException {
        Files.createDirectory(directory.resolve("empty"));
        assertError("there is no file or directory", "none.jpg");
        assertError("nothing matches", "*.png");
        assertError("nothing matches", "no-such-directory/*.jpg");
        assertError("there are no photos in", "empty");
        assertError("is not a path", "a\0b");
    }

    private void assertError(String part, String argument) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> expand(argument));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private List<String> expand(String... arguments) {
        List<String> absolute = Arrays.stream(arguments)
                .map(argument -> directory + "/" + argument)
                .toList();
        return new PhotoArguments(System.in, file -> file.toString().endsWith(".jpg"))
                .expand(absolute).stream()
                        .map(photo -> directory.relativize(photo).toString())
                        .toList();
    }
}

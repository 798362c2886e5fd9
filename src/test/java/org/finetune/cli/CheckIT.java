package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune check}. */
class CheckIT {
    @TempDir
    private Path directory;

    private Path photos;

    @BeforeEach
    void createPhotos() throws IOException {
        photos = PhotoFolder.create(directory.resolve("photos"), 12, 1);
    }

    private CliProcess command(String... options) {
        return CliProcess.finetune(Stream.concat(List.of("check", photos.toString()).stream(), Stream.of(options))
                .toArray(String[]::new));
    }

    private Result check(String... options) {
        return command(options).call();
    }

    @Test
    void warningsAloneAreSuccess() throws Exception {
        Result result = command("--verbose").run();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("0 errors, "), result.out());
        assertTrue(result.out().contains("warning Fewer than 20 training photos"), result.out());
        // scripts/benchmark-many prints these.
        for (String step : List.of("Found and divided", "Checked", "Searched")) {
            assertTrue(
                    Pattern.compile(step + " \\d+ photos .*in \\d+ ms")
                            .matcher(result.err())
                            .find(),
                    result.err());
        }
    }

    @Test
    void theSamePhotoInTwoClassesIsAnError() throws Exception {
        Path copy = photos.resolve("stripes/-=cmd\u001b[31m.png");
        Files.copy(photos.resolve("discs/photo3.png"), copy);
        Result result = check();
        assertEquals(3, result.exitCode(), result.err());
        assertTrue(result.out().contains("Copies in different classes: 1\n"), result.out());
        assertTrue(result.out().contains("error   1 photo with copies in different classes"), result.out());
        // No control characters reach the terminal.
        assertTrue(result.out().contains("\\u001b[31m"), result.out());
    }

    @Test
    void jsonListsEverything() throws Exception {
        Files.copy(photos.resolve("discs/photo3.png"), photos.resolve("stripes/copy.png"));
        Files.writeString(photos.resolve("discs/bad.jpg"), "no JPEG");
        Result result = check("--format", "json", "--quiet");
        assertEquals(3, result.exitCode(), result.err());
        assertEquals("", result.err());
        JsonNode report = new ObjectMapper().readTree(result.out());
        assertEquals(3, report.get("classes").size());
        assertEquals("checks", report.at("/classes/0/name").textValue());
        assertEquals(37, report.at("/formats/PNG").intValue());
        assertTrue(report.at("/duplicates/0/exact").booleanValue());
        assertEquals(
                photos.resolve("discs/bad.jpg").toString(),
                report.at("/bad/0/path").textValue());
        assertEquals("error", report.at("/findings/0/severity").textValue());
    }

    @Test
    void aFolderThatCannotBeTrainedOnIsAnError() throws Exception {
        Files.createDirectory(photos.resolve("nothing"));
        Result result = check();
        assertEquals(3, result.exitCode());
        assertTrue(result.err().contains("'nothing'"), result.err());
        assertEquals("", result.out());
    }

    /** libjpeg, which is native code, prints a line on standard error for such damage. */
    @Test
    void damageInsideCompressedDataPrintsNothing() throws Exception {
        byte[] jpeg = Files.readAllBytes(Path.of("data", "sample", "fish", "fish-01.jpg"));
        Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 40, (byte) 0x55);
        Files.write(photos.resolve("discs/damaged.jpg"), jpeg);
        Result result = command("--quiet").run();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
        assertTrue(result.out().contains("JPEG 1"), result.out());
    }

    @Test
    void maxPixelsRefusesLargerPhotosByTheirHeader() throws Exception {
        Result result = check("--max-pixels", "10000", "--format", "json");
        assertEquals(3, result.exitCode(), result.err());
        JsonNode report = new ObjectMapper().readTree(result.out());
        assertEquals(
                "112 x 96 pixels, more than the 10000 that --max-pixels allows",
                report.at("/bad/0/reason").textValue());
    }
}

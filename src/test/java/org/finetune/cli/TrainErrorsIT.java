package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train} with images, weights and places that do not suit it. */
class TrainErrorsIT {
    private static final int IMAGES_PER_CLASS = 12;
    private static final Path BUNDLED =
            Path.of("models", "mobilenet_v2_nsfwjs_1.0_224_no_top.h5").toAbsolutePath();

    @TempDir
    private Path directory;

    private Path photos;
    private Path out;

    @BeforeEach
    void createPhotos() throws IOException {
        photos = PhotoFolder.create(directory.resolve("photos"), IMAGES_PER_CLASS, 1);
        out = directory.resolve("run");
    }

    private Result train(Path data, String... options) throws Exception {
        String[] all = Stream.concat(Stream.of("--out", out.toString()), Stream.of(options))
                .toArray(String[]::new);
        return TrainedRun.train(data, all).call();
    }

    /** The run ends with one sentence that has all of the given parts, and leaves no run directory. */
    private void assertRefused(int exitCode, Result result, String... parts) {
        result.assertRefused(exitCode, parts);
        assertFalse(Files.exists(out));
    }

    @Test
    void missingFolder() throws Exception {
        assertRefused(3, train(directory.resolve("absent")), "does not exist", "absent", "--data");
    }

    @Test
    void bucketIsToBeMounted() throws Exception {
        assertRefused(
                2, train(Path.of("s3://key:secret@bucket/photos")), "'s3://bucket/photos' is a URL", "docs/photos.md");
    }

    @Test
    void folderThatIsAFile() throws Exception {
        assertRefused(3, train(photos.resolve("discs/photo0.png")), "is not a directory");
    }

    @Test
    void folderWithoutClasses() throws Exception {
        assertRefused(3, train(photos.resolve("discs")), "has photos but no class directories");
    }

    @Test
    void oneClass() throws Exception {
        Path single = Files.createDirectories(directory.resolve("single"));
        Files.move(photos.resolve("discs"), single.resolve("discs"));
        assertRefused(3, train(single), "only one class directory, 'discs'");
    }

    @Test
    void emptyClass() throws Exception {
        Files.createDirectory(photos.resolve("nothing"));
        assertRefused(3, train(photos), "'nothing'", "no usable photos");
    }

    @Test
    void settingsThatTrainNothing() throws Exception {
        for (String[] last : List.of(new String[] {"--epochs", "0"}, new String[] {"--unfreeze", "2"})) {
            assertRefused(
                    2,
                    train(photos, "--head-epochs", "0", last[0], last[1]),
                    "Nothing would be trained with --head-epochs 0",
                    last[0] + " " + last[1]);
            assertFalse(Files.exists(out));
        }
    }

    @Test
    void onePhotoInEachClassSaysHowManyAreNeeded() throws Exception {
        Path few = directory.resolve("few");
        for (String name : PhotoFolder.CLASSES) {
            Files.createDirectories(few.resolve(name));
            Files.copy(photos.resolve(name + "/photo0.png"), few.resolve(name + "/photo0.png"));
        }
        for (String command : List.of("train", "sweep", "find-lr")) {
            List<String> arguments = new ArrayList<>(List.of(command, "--data", few.toString(), "--val-split", "0.9"));
            arguments.addAll(List.of("--weights", "bundled", "--out", out.toString()));
            if (command.equals("sweep")) {
                arguments.addAll(List.of("--try", "lr=1e-5,1e-4"));
            }
            Result result =
                    CliProcess.finetune(arguments.toArray(String[]::new)).call();
            assertRefused(3, result, "A class needs at least 2 different photos");
        }
    }

    @Test
    void wrongNumberOfClassesNamesThoseFound() throws Exception {
        assertRefused(3, train(photos, "--classes", "4"), "--classes 4", "3 classes: checks, discs, stripes");
    }

    @Test
    void corruptImageIsSkippedAndCounted() throws Exception {
        Path corrupt = Files.writeString(photos.resolve("discs/corrupt.jpg"), "This is no JPEG.");
        Files.writeString(photos.resolve("discs/notes.txt"), "not an image");
        Result result = train(photos);
        assertEquals(0, result.exitCode(), result.err());
        List<String> lines = result.err()
                .lines()
                .filter(line -> line.contains("corrupt.jpg"))
                .toList();
        assertEquals(1, lines.size(), result.err());
        assertTrue(lines.get(0).contains("skipped '" + corrupt + "': "), lines.get(0));
        assertTrue(result.err().contains("Ignored 1 non-image file\n"), result.err());
        assertTrue(result.out().contains("1 photo was skipped"), result.out());
        List<String> skipped = Files.readAllLines(out.resolve("skipped.csv"));
        assertEquals(2, skipped.size());
        assertTrue(skipped.get(1).startsWith(corrupt + ","), skipped.get(1));
        assertTrue(Files.readString(out.resolve("metrics.json")).contains("\"skipped_images\" : 1"));
        assertEquals("This is no JPEG.", Files.readString(corrupt));
    }

    @Test
    void strictRefusesASingleCorruptImage() throws Exception {
        Files.writeString(photos.resolve("discs/corrupt.jpg"), "This is no JPEG.");
        Files.createDirectory(out);
        train(photos, "--strict").assertRefused(3, "corrupt.jpg", "--strict");
        assertArrayEquals(new String[0], out.toFile().list(), "The user's own directory stays, and is empty");
    }

    @Test
    void cacheThatIsAFileIsRefusedBeforeARunBegins() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused(2, train(photos, "--cache", file.toString()), "--cache must be a directory, not '" + file + "'");
    }

    @Test
    void tooManyCorruptImages() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.writeString(photos.resolve("discs/corrupt" + i + ".png"), "no PNG " + i);
        }
        Result result = train(photos);
        assertRefused(3, result, "4 of 40 photos are unusable", "--max-bad-fraction");
        assertEquals(
                4,
                result.err().lines().filter(line -> line.contains("skipped '")).count(),
                result.err());
    }

    @Test
    void moreCorruptImagesAreAllowedOnDemand() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.writeString(photos.resolve("discs/corrupt" + i + ".png"), "no PNG " + i);
        }
        Result result = train(photos, "--max-bad-fraction", "0.1", "--unfreeze", "0");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("4 photos were skipped"), result.out());
    }

    @Test
    void weightsOfAnotherWidthNameTheLayerAndBothShapes() throws Exception {
        assertRefused(
                4,
                train(photos, "--weights", BUNDLED.toString(), "--alpha", "0.5"),
                BUNDLED.toString(),
                "Conv1",
                "[3, 3, 3, 16]",
                "[3, 3, 3, 32]");
    }

    @Test
    void weightsThatAreNoHdf5() throws Exception {
        Path weights = directory.resolve("weights.h5");
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        Files.write(weights, noise);
        assertRefused(4, train(photos, "--weights", weights.toString()), weights.toString());
    }

    @Test
    void missingWeights() throws Exception {
        assertRefused(4, train(photos, "--weights", "absent.h5"), "absent.h5");
    }

    @Test
    void truncatedWeights() throws Exception {
        Path weights = directory.resolve("weights.h5");
        byte[] bytes = Files.readAllBytes(BUNDLED);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(4, train(photos, "--weights", weights.toString()), weights.toString());
    }

    @Test
    void outputBelowAFile() throws Exception {
        out = Files.writeString(directory.resolve("file"), "").resolve("run");
        assertRefused(3, train(photos), "Cannot create the run directory", "--out");
    }

    @Test
    void unwritableOutput() throws Exception {
        Path parent = Files.createDirectory(
                directory.resolve("readonly"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        out = parent.resolve("run");
        assertRefused(3, trainAsOrdinaryUser(photos), "Cannot create the run directory", "permission denied", "--out");
    }

    @Test
    void unreadablePhotoIsSkipped() throws Exception {
        Path photo;
        try (Stream<Path> files = Files.walk(photos)) {
            photo = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
        }
        Files.setPosixFilePermissions(photo, PosixFilePermissions.fromString("---------"));
        Result result = trainAsOrdinaryUser(photos, "--max-bad-fraction", "0.5", "--unfreeze", "0");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                List.of("path,reason", photo + ",permission denied"), Files.readAllLines(out.resolve("skipped.csv")));
    }

    /** Root may read and write everything, unless it gives that up. */
    private Result trainAsOrdinaryUser(Path data, String... options) throws Exception {
        String[] all = Stream.concat(Stream.of("--out", out.toString()), Stream.of(options))
                .toArray(String[]::new);
        CliProcess process = TrainedRun.train(data, all).in(directory);
        if (System.getProperty("user.name").equals("root")) {
            process.through("setpriv", "--bounding-set=-dac_override,-dac_read_search");
        }
        return process.run();
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.cli.CliProcess.Result;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.ImageList.Image;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of photos as people have them. */
class FoldersIT {
    private static final String[] HEAD_ONLY = {"--head-epochs", "1", "--epochs", "0"};

    private static TrainedRun run;

    @TempDir
    private Path directory;

    private Path photos;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
    }

    @BeforeEach
    void createPhotos() throws IOException {
        photos = PhotoFolder.create(directory.resolve("photos"), 6, 1);
    }

    private Result check(Path data, String... options) throws Exception {
        return CliProcess.finetune(Stream.concat(Stream.of("check", data.toString()), Stream.of(options))
                        .toArray(String[]::new))
                .call();
    }

    private Result predict(Path... named) throws Exception {
        Stream<String> paths = Stream.of(named).map(Path::toString);
        return CliProcess.finetune(
                        Stream.concat(Stream.of("predict", run.directory().toString(), "--format", "csv"), paths)
                                .toArray(String[]::new))
                .call();
    }

    private Result evaluate(Path data, String... options) throws Exception {
        Stream<String> named = Stream.of("evaluate", run.directory().toString(), "--data", data.toString());
        return CliProcess.finetune(Stream.concat(named, Stream.of(options)).toArray(String[]::new))
                .call();
    }

    private static void assertTrains(Result result, String classes, int train, int validation) {
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .contains("(" + classes + "), " + train + " training and " + validation + " validation "
                                + "photos"),
                result.err());
    }

    private static void assertDivides(Result result, int photos) {
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("3 classes (checks, discs, stripes)"), result.err());
        assertTrue(result.out().contains("Formats  PNG " + photos + "\n"), result.out());
    }

    @Test
    @Tag("slow")
    void runsInsideThePhotosAreNone() throws Exception {
        // Runs and trials beside the classes, and a range test and a copy of a run inside one.
        for (int i = 0; i < 2; i++) {
            List<String> options = List.of("train", "--data", ".", "--size", "96", "--weights", "bundled");
            Result result = CliProcess.finetune(Stream.concat(options.stream(), Stream.of(HEAD_ONLY))
                            .toArray(String[]::new))
                    .in(photos)
                    .run();
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.err().contains("3 classes (checks, discs, stripes)"), result.err());
            assertEquals(i == 1, result.err().contains("because finetune wrote it and it contains no photos: "));
        }
        Path plots = Files.createDirectories(photos.resolve("discs/lr"));
        for (String name : List.of("lr.csv", "lr-head.svg", "lr-head.png")) {
            Files.copy(photos.resolve("discs/photo0.png"), plots.resolve(name));
        }
        Result result = check(photos);
        assertDivides(result, 18);
        assertTrue(
                result.out().contains("Skipped because finetune wrote them and they contain no photos: "),
                result.out());
        assertTrue(result.out().contains("photos/discs/lr"), result.out());
        assertEquals(1 + 18, predict(photos).out().lines().count());
        check(photos.resolve("runs/photos-1")).assertRefused(3, "was written by finetune and contains no photos");
        predict(photos.resolve("runs")).assertRefused(3, "No photos", "only files written by finetune");
    }

    @Test
    void mapsAreNoPhotos() throws Exception {
        Path own = Files.copy(photos.resolve("discs/photo0.png"), photos.resolve("discs/city-map.jpg"));
        for (String maps : List.of("maps", "discs")) {
            Result result = CliProcess.finetune(
                            "predict",
                            run.directory().toString(),
                            photos.toString(),
                            "--explain",
                            photos.resolve(maps).toString(),
                            "-q")
                    .call();
            assertEquals(0, result.exitCode(), result.err());
            assertEquals(19, result.out().lines().count());
        }
        Result result = check(photos);
        assertTrue(result.out().contains("Formats  PNG 19\n"), result.out());
        assertTrue(result.out().contains("because 'finetune predict --explain' wrote them: 38 maps"), result.out());
        assertFalse(result.err().contains("maps,"), result.err());
        assertTrue(predict(photos).out().contains(own.toString()));
    }

    @Test
    void splitsAreKnownByOtherNames() throws Exception {
        for (String[] names : List.of(
                new String[] {"Training", "Testing"},
                new String[] {"training_set", "test_set"},
                new String[] {"train_images", "val_images"},
                new String[] {"seg_train/seg_train", "seg_test/seg_test"},
                new String[] {"train", "dev"},
                new String[] {"train", "eval"})) {
            Path data = directory.resolve(names[0].replace('/', '-') + names[1].replace('/', '-'));
            PhotoFolder.create(data.resolve(names[0]), 3, 2);
            PhotoFolder.create(data.resolve(names[1]), 2, 3);
            assertTrains(check(data), "checks, discs, stripes", 9, 6);
        }
    }

    @Test
    void unknownSplitsAreRefused() throws Exception {
        Path data = directory.resolve("folds");
        PhotoFolder.create(data.resolve("fold1"), 2, 2);
        PhotoFolder.create(data.resolve("fold2"), 2, 3);
        check(data)
                .assertRefused(3, "looks split", "fold1, fold2", "checks, discs, stripes", "train, val and " + "test");
        Path inside = directory.resolve("inside");
        for (String part : List.of("train", "val")) {
            for (String name : List.of("discs", "stripes")) {
                Files.createDirectories(inside.resolve(name));
                Files.move(
                        PhotoFolder.create(directory.resolve(name + part), 2, 3).resolve(name),
                        inside.resolve(name).resolve(part));
            }
        }
        check(inside).assertRefused(3, "looks split", "discs, stripes", "train, val");
        Path twice = directory.resolve("twice");
        for (String part : List.of("train", "training_set", "val")) {
            PhotoFolder.create(twice.resolve(part), 2, 2);
        }
        check(twice).assertRefused(3, "split in several ways: train, training_set, val");
        Path beside = directory.resolve("beside");
        PhotoFolder.create(beside.resolve("train"), 2, 2);
        Files.move(photos.resolve("discs"), beside.resolve("unlabeled"));
        check(beside).assertRefused(3, "looks like the training photos of a split", "--data " + beside + "/train");
    }

    @Test
    void wrappedFoldersAreNamed() throws Exception {
        Path wrapper = Files.createDirectories(directory.resolve("zip/inner"));
        Files.move(photos, wrapper.resolve("photos"));
        check(directory.resolve("zip"))
                .assertRefused(3, "only one class directory, 'inner'", "Did you mean '" + wrapper + "/photos'?");
    }

    @Test
    void unlabelledTestPhotosAreNamedAndNotUsed() throws Exception {
        Path data = Files.createDirectory(directory.resolve("kaggle"));
        Files.move(photos, data.resolve("train"));
        Files.createDirectory(data.resolve("test"));
        PhotoFolder.write(data.resolve("test/1.png"), "discs", new Random(1));
        Result result = check(data);
        assertDivides(result, 18);
        assertTrue(result.out().contains("'" + data + "/test' is not used: it has 1 unlabelled photo,"), result.out());
        assertTrue(evaluate(data).err().contains("Evaluating on the photos in '" + data + "/train'"));
    }

    @Test
    void testPhotosChooseNothingAndAreMeasuredOnRequest() throws Exception {
        Path data = directory.resolve("whole");
        PhotoFolder.create(data.resolve("train"), 3, 2);
        PhotoFolder.create(data.resolve("val"), 2, 3);
        PhotoFolder.create(data.resolve("test"), 1, 4);
        Result checked = check(data);
        assertTrains(checked, "checks, discs, stripes", 9, 6);
        assertTrue(checked.out().contains("'" + data + "/test' is not used for training"), checked.out());
        for (List<String> part : List.of(List.of("val", "6"), List.of("test", "3"), List.of("train", "9"))) {
            Result result = evaluate(data, "--split", part.get(0));
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.out().contains("on " + part.get(1) + " photos"), result.out());
            assertTrue(result.err().contains("photos in '" + data + "/" + part.get(0) + "'"), result.err());
        }
        assertTrue(evaluate(data).out().contains("on 6 photos"));
        evaluate(photos, "--split", "test").assertRefused(3, "'" + photos + "' has no directory of test photos");
        evaluate(photos, "--split", "tset").assertRefused(2, "--split must be one of train, val, test, not 'tset'");
    }

    @Test
    void photosAreKnownByTheirContent() throws Exception {
        Path discs = photos.resolve("discs");
        Path jpeg = Path.of("data", "sample", "fish", "fish-01.jpg");
        for (String name : List.of("a.jfif", "b.jpe", "c.JFIF", "d", "e.jpg_1", "f.dat")) {
            Files.copy(jpeg, discs.resolve(name));
        }
        // As in the files of 3D cameras, a second image follows.
        Path two = Files.copy(jpeg, discs.resolve("g.mpo"));
        Files.write(two, Files.readAllBytes(jpeg), StandardOpenOption.APPEND);
        Files.move(discs.resolve("photo0.png"), discs.resolve("photo0.image"));
        Files.writeString(discs.resolve("notes.txt"), "BMW is a maker of cars.");
        Result result = check(photos);
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("Formats  JPEG 7, PNG 18\n"), result.out());
        assertEquals(1 + 13, predict(discs).out().lines().count());
    }

    @Test
    void picturesInOtherFormatsAreNamedAsWhatTheyAre() throws Exception {
        Path discs = photos.resolve("discs");
        BufferedImage image = ImageIO.read(discs.resolve("photo0.png").toFile());
        ImageIO.write(image, "tiff", discs.resolve("a.tif").toFile());
        ImageIO.write(image, "tiff", discs.resolve("b.nef").toFile());
        Files.writeString(discs.resolve("f.xml"), "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>");
        Files.writeString(discs.resolve("g.psd"), "8BPS\0\1");
        List<String> reasons = List.of("b.nef: a raw photo (NEF)", "f.xml: an SVG drawing", "g.psd: a Photoshop file");
        Result checked = check(photos);
        assertEquals(3, checked.exitCode(), checked.err());
        assertTrue(checked.out().contains("Unusable files: 3\n"), checked.out());
        assertTrue(checked.out().contains(", TIFF 1\n"), checked.out());
        for (String reason : reasons) {
            assertTrue(checked.out().contains("/" + reason + ", which is not supported; convert it"), checked.out());
        }
        Path out = directory.resolve("run");
        Result trained = TrainedRun.train(photos, "--out", out.toString(), "--max-bad-fraction", "0.5")
                .call();
        assertEquals(0, trained.exitCode(), trained.err());
        List<String> skipped = Files.readAllLines(out.resolve("skipped.csv"));
        assertEquals(1 + reasons.size(), skipped.size(), skipped.toString());
        for (Result result : List.of(trained, evaluate(photos, "--max-bad-fraction", "0.5"), predict(photos))) {
            for (String reason : reasons) {
                String named = "/" + reason.replace(": ", "': ");
                // The photo that the sentence at the end names is not named before it.
                assertTrue(result.err().replace("' (", "': ").contains(named), reason + ": " + result.err());
            }
        }
        Result named = predict(discs.resolve("g.psd"));
        assertEquals(3, named.exitCode());
        assertTrue(named.err().contains("a Photoshop file, which is not supported"), named.err());
        Files.createDirectory(directory.resolve("only"));
        Files.move(discs.resolve("g.psd"), directory.resolve("only/g.psd"));
        Result only = predict(directory.resolve("only"));
        assertEquals(3, only.exitCode());
        assertTrue(only.err().contains("a Photoshop file"), only.err());
    }

    /** Each photo is there twice, and the second time saved anew, so that the contents differ. */
    @Test
    void photosThatLookAlikeAreNeverInTrainingAndValidation() throws Exception {
        Path twice = directory.resolve("twice");
        for (String name : List.of("fish", "house")) {
            Path to = Files.createDirectories(twice.resolve(name));
            for (int i = 10; i < 30; i++) {
                Path jpeg = Path.of("data", "sample", name, name + "-" + i + ".jpg");
                Files.copy(jpeg, to.resolve(i + ".jpg"));
                ImageIO.write(
                        ImageIO.read(jpeg.toFile()),
                        "png",
                        to.resolve(i + ".png").toFile());
            }
        }
        Path out = directory.resolve("run");
        Result result = TrainedRun.train(twice, "--val-split", "0.4", "--no-report", "--out", out.toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
        Map<String, Set<String>> sets = new HashMap<>();
        int leftOut = 0;
        for (Image image : ImageList.read(out.resolve("images.jsonl")).images()) {
            if (image.set().equals("left out")) {
                leftOut++;
            } else {
                sets.computeIfAbsent(image.path().replaceAll("\\.\\w+$", ""), path -> new HashSet<>())
                        .add(image.set());
            }
        }
        assertTrue(leftOut > 0, result.err());
        sets.forEach((photo, used) -> assertEquals(1, used.size(), photo + " is in " + used + ": " + result.err()));
        assertEquals(1 + leftOut, Files.readAllLines(out.resolve("skipped.csv")).size());
        assertTrue(Files.readString(out.resolve("skipped.csv")).contains(",looks like the "));
        long validated = ImageList.read(out.resolve("images.jsonl")).images().stream()
                .filter(image -> image.set().equals("validation"))
                .count();
        assertEquals(
                1 + validated,
                Files.readAllLines(out.resolve("predictions.csv")).size());
        assertTrue(result.err().contains("training leaves out those on one side"), result.err());
    }
}

package org.finetune.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.SplitRule;
import org.finetune.data.quality.Finding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
    private static final Path SAMPLE = Path.of("data", "sample");
    private static final long MAX_PIXELS = 1 << 20;

    @TempDir
    private Path directory;

    private DataReport check() {
        Dataset data = new PhotoDirectory(directory).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        PhotoCheck each = PhotoCheck.of(data, MAX_PIXELS, 2, done -> {});
        return new DataCheck(data.classes(), new BadPhotoPolicy(false, 0.05), 96, false, false, false)
                .report(each.checked(), each.bad(), data.warnings());
    }

    /** Copies the sample's photos of some classes, up to a number, into training and validation. */
    private void create(Map<String, Integer> training) throws IOException {
        for (String side : List.of("train", "val")) {
            for (String name : training.keySet()) {
                Path folder = Files.createDirectories(directory.resolve(side).resolve(name));
                int from = side.equals("train") ? 1 : 31;
                int to = side.equals("train") ? training.get(name) : 32;
                for (int i = from; i <= to; i++) {
                    String file = String.format("%s-%02d.jpg", name, i);
                    Files.copy(SAMPLE.resolve(name).resolve(file), folder.resolve(file));
                }
            }
        }
    }

    private static Map<Kind, Severity> kinds(DataReport report) {
        return report.findings().stream().collect(Collectors.toMap(Finding::kind, Finding::severity));
    }

    private Path original() {
        return directory.resolve("train/fish/fish-03.jpg");
    }

    @Test
    void nothingIsFoundInGoodData() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        DataReport report = check();
        assertEquals(List.of(), report.findings());
        assertEquals(List.of(new ClassCount("fish", 24, 2), new ClassCount("house", 24, 2)), report.classes());
        assertEquals(Map.of("JPEG", 52), report.formats());
        assertEquals(List.of(), report.duplicates());
        assertFalse(report.hasErrors());
    }

    @Test
    void moreValidationThanTrainingIsAWarning() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        Files.move(directory.resolve("train"), directory.resolve("large"));
        Files.move(directory.resolve("val"), directory.resolve("train"));
        Files.move(directory.resolve("large"), directory.resolve("val"));
        assertEquals(
                Map.of(Kind.SMALL_TRAINING_SET, Severity.WARNING, Kind.TINY_CLASS, Severity.WARNING), kinds(check()));
    }

    @Test
    void copiesInTwoClassesAndOnBothSidesAreErrors() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        Files.copy(original(), directory.resolve("train/house/copy.jpg"));
        Files.copy(directory.resolve("train/fish/fish-05.jpg"), directory.resolve("val/fish/copy.jpg"));
        Files.copy(directory.resolve("train/fish/fish-07.jpg"), directory.resolve("train/fish/copy.jpg"));
        DataReport report = check();
        assertEquals(
                Map.of(
                        Kind.COPIES_IN_TWO_CLASSES, Severity.ERROR,
                        Kind.COPIES_IN_TRAIN_AND_VALIDATION, Severity.ERROR,
                        Kind.COPIES_IN_A_CLASS, Severity.WARNING),
                kinds(report));
        assertTrue(report.hasErrors());
        assertEquals(3, report.duplicates().size());
        assertTrue(report.duplicates().get(0).acrossClasses());
        assertEquals(
                new TreeSet<>(List.of(
                        original().toString(),
                        directory.resolve("train/house/copy.jpg").toString())),
                report.duplicates().get(0).images().stream()
                        .map(DuplicateGroup.Member::path)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void imagesThatWereSavedAgainAreAlike() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        BufferedImage image = ImageIO.read(original().toFile());
        writeJpeg(image, 0.4f, directory.resolve("val/fish/recompressed.jpg"));
        BufferedImage other =
                ImageIO.read(directory.resolve("train/fish/fish-09.jpg").toFile());
        ImageIO.write(
                scaled(other, 0.6),
                "png",
                directory.resolve("train/house/smaller.png").toFile());
        ImageIO.write(
                scaled(other, 1.7),
                "png",
                directory.resolve("train/house/larger.png").toFile());
        DataReport report = check();
        assertEquals(
                Map.of(
                        Kind.LIKE_IN_TWO_CLASSES, Severity.WARNING,
                        Kind.LIKE_IN_TRAIN_AND_VALIDATION, Severity.WARNING),
                kinds(report));
        assertEquals(3, report.duplicates().get(0).images().size());
        assertEquals(2, report.duplicates().get(1).images().size());
        assertFalse(report.hasErrors());
    }

    @Test
    void fewAndUnequalImagesAreWarnings() throws IOException {
        create(Map.of("fish", 26, "house", 5));
        assertEquals(Map.of(Kind.TINY_CLASS, Severity.WARNING, Kind.IMBALANCE, Severity.WARNING), kinds(check()));
    }

    @Test
    void tooManyBadFilesAreAnError() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        Files.writeString(directory.resolve("train/fish/empty.jpg"), "");
        assertEquals(Map.of(Kind.BAD_FILES, Severity.WARNING), kinds(check()));
        for (int i = 0; i < 5; i++) {
            Files.writeString(directory.resolve("train/fish/bad" + i + ".jpg"), "no JPEG " + i);
        }
        DataReport report = check();
        assertEquals(Map.of(Kind.BAD_FILES, Severity.ERROR), kinds(report));
        assertEquals(6, report.bad().size());
    }

    @Test
    void photosOfSeveralPagesAreCounted() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        Path file = directory.resolve("train/fish/pages.tif");
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int page : new int[] {25, 26}) {
                BufferedImage image = ImageIO.read(
                        SAMPLE.resolve("fish/fish-" + page + ".jpg").toFile());
                writer.writeToSequence(new IIOImage(image, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        DataReport report = check();
        assertEquals(Map.of(Kind.SEVERAL_PAGES, Severity.WARNING), kinds(report));
        assertEquals(Map.of("JPEG", 52, "TIFF", 1), report.formats());
    }

    @Test
    void plainImagesAreNotCompared() throws IOException {
        create(Map.of("fish", 24, "house", 24));
        for (String name : List.of("fish", "house")) {
            for (int gray : new int[] {100, 105}) {
                BufferedImage plain = new BufferedImage(200, 200, BufferedImage.TYPE_BYTE_GRAY);
                plain.getRaster()
                        .setSamples(
                                0,
                                0,
                                200,
                                200,
                                0,
                                Stream.generate(() -> gray)
                                        .limit(40_000)
                                        .mapToInt(Integer::intValue)
                                        .toArray());
                plain.getRaster().setSample(0, 0, 0, name.equals("fish") ? 1 : 2);
                ImageIO.write(
                        plain,
                        "png",
                        directory.resolve("train/" + name + "/" + gray + ".png").toFile());
            }
        }
        assertEquals(List.of(), check().duplicates());
    }

    private static BufferedImage scaled(BufferedImage image, double factor) {
        int width = (int) (image.getWidth() * factor);
        int height = (int) (image.getHeight() * factor);
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return result;
    }

    private static void writeJpeg(BufferedImage image, float quality, Path file) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}

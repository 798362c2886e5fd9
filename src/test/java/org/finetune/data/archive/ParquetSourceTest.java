package org.finetune.data.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitRule;
import org.finetune.data.source.PhotoSources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parquet files that DuckDB, Polars and Rust's Arrow have written. They have 8 photos of each of three classes, and the upper left
 * pixel of each says which it is: 80 times the number of the class, 16 times its number.
 */
class ParquetSourceTest {
    private static final Path FILES = Path.of("src/test/resources/org/finetune/data/archive");
    private static final List<String> CLASSES = List.of("checks", "discs", "stripes");
    private static final int EACH = 8;

    @TempDir
    private Path root;

    /** What the photo is by its pixels, such as {@code discs3}. */
    private static String content(Photo photo) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(photo.read()));
        int pixel = image.getRGB(0, 0);
        return CLASSES.get((pixel >> 16 & 0xff) / 80) + (pixel >> 8 & 0xff) / 16;
    }

    private static List<String> contents(Dataset data, List<LabeledPhoto> photos) throws IOException {
        TreeSet<String> contents = new TreeSet<>();
        for (LabeledPhoto photo : photos) {
            String content = content(photo.photo());
            assertEquals(data.classes().get(photo.label()), content.substring(0, content.length() - 1));
            contents.add(content);
        }
        assertEquals(photos.size(), contents.size());
        return List.copyOf(contents);
    }

    private static List<String> all(int from, int to) {
        return CLASSES.stream()
                .flatMap(name -> IntStream.range(from, to).mapToObj(i -> name + i))
                .toList();
    }

    private static void assertRefused(Path place, String... parts) {
        FinetuneException e = assertThrows(
                FinetuneException.class, () -> PhotoSources.of(place).forEvaluation(Optional.empty()));
        assertEquals(ExitCode.DATA, e.exitCode());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"duckdb-snappy", "polars-lz4", "arrow-rs-gzip-v2"})
    void photosHaveTheirClasses(String name) throws IOException {
        Path file = FILES.resolve(name + ".parquet");
        PhotoSource source = PhotoSources.of(file);
        Dataset data = source.forEvaluation(Optional.empty());
        assertEquals(CLASSES, data.classes());
        assertEquals(all(0, EACH), contents(data, data.validation()));
        assertEquals(List.of(), data.warnings());
        PhotoSource again = PhotoSources.of(file);
        for (LabeledPhoto photo : data.validation()) {
            Photo same = again.photo(source.name(photo.photo().id()));
            assertEquals(photo.photo().id(), same.id());
            assertEquals(photo.photo().fingerprint(), same.fingerprint());
            assertArrayEquals(photo.photo().read(), same.read());
        }
        // Rows are in the order of the photos' numbers, and then of their classes.
        assertEquals(
                "1/discs0.png", source.name(data.validation().get(EACH).photo().id()));
        assertEquals("discs0.png", data.validation().get(EACH).photo().fileName());
    }

    @Test
    void columnOfBytesAloneHasPhotosToo() throws IOException {
        PhotoSource source = PhotoSources.of(FILES.resolve("arrow-rs-plain.parquet"));
        Dataset data = source.forEvaluation(Optional.empty());
        List<String> expected =
                all(0, EACH).stream().filter(name -> !name.equals("discs7")).toList();
        assertEquals(expected, contents(data, data.validation()));
        assertEquals("1", source.name(data.validation().get(EACH).photo().id()));
        assertEquals(
                List.of(new BadPhoto(FILES + "/arrow-rs-plain.parquet/22", "the file has no content for it")),
                data.bad());
        assertTrue(data.warnings().get(0).endsWith("the column row."), data.warnings()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub", "hub/data"})
    void filesOfADataSetAreTheirPartsOfTheSplit(String directory) throws IOException {
        Path place = FILES.resolve(directory);
        PhotoSource source = PhotoSources.of(place);
        Dataset data = source.forTraining(SplitRule.byContent(0.3), (done, total) -> {});
        assertEquals(all(0, 6), contents(data, data.train()));
        assertEquals(all(7, 8), contents(data, data.validation()));
        Photo first = data.train().get(0).photo();
        assertEquals(
                (directory.equals("hub") ? "data/" : "") + "train-00000-of-00002.parquet/0/checks0.png",
                source.name(first.id()));
        assertEquals(first.id(), source.photo(source.name(first.id())).id());
        assertEquals(
                EACH * CLASSES.size(),
                PhotoSources.photosIn(place).get().photos().size());
    }

    @Test
    void severalFilesAreNamedByAPattern() throws IOException {
        Path pattern = FILES.resolve("hub/data/train-{00000..00001}-of-00002.parquet");
        PhotoSource source = PhotoSources.of(pattern);
        Dataset data = source.forTraining(SplitRule.byContent(0.3), (done, total) -> {});
        assertEquals(
                all(0, 6),
                contents(
                        data,
                        Stream.concat(data.train().stream(), data.validation().stream())
                                .toList()));
        assertEquals(
                6 * CLASSES.size(),
                PhotoSources.photosIn(pattern).get().photos().size());
    }

    @Test
    void photosWithoutClassesAreOnlyPredicted() throws IOException {
        Path test = FILES.resolve("hub/data/test-00000-of-00001.parquet");
        assertRefused(test, "'" + test + "', row 0: the photo has no class");
        PhotoPaths photos = PhotoSources.photosIn(test).orElseThrow();
        assertEquals("discs6", content(photos.photos().get(1)));
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        assertRefused(FILES.resolve("arrow-rs-brotli.parquet"), "its compression BROTLI is not supported");
        byte[] good = Files.readAllBytes(FILES.resolve("arrow-rs-plain.parquet"));
        Path cut = Files.write(root.resolve("cut.parquet"), Arrays.copyOf(good, good.length - 100));
        assertRefused(cut, "Cannot read the Parquet file '" + cut + "' (it is truncated); check that it is complete");
        byte[] bad = good.clone();
        Arrays.fill(bad, 4, 400, (byte) 0x55);
        Path damaged = Files.write(root.resolve("damaged.parquet"), bad);
        assertRefused(damaged, "Cannot read the Parquet file '" + damaged + "' (it is damaged)");
        String text = new String(good, StandardCharsets.ISO_8859_1);
        Path other = Files.write(
                root.resolve("other.parquet"), text.replace("label", "lapel").getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(
                other, "'" + other + "', row 0: the photo has no class, because there is no column such as 'label'");
    }

    @Test
    void otherTablesAmongPhotosDoNotMatter() throws IOException {
        for (String name : List.of("a/1.jpg", "b/2.jpg")) {
            Files.createDirectories(root.resolve(name).getParent());
            Files.writeString(root.resolve(name), name);
        }
        Files.copy(FILES.resolve("table.parquet"), root.resolve("table.parquet"));
        Dataset data = PhotoSources.of(root).forEvaluation(Optional.empty());
        assertEquals(List.of("a", "b"), data.classes());
        assertRefused(root.resolve("table.parquet"), "has no column of photos");
    }
}

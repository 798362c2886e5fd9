package org.finetune.train.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.config.TrainSettings.EngineType;
import org.finetune.data.Augmentation;
import org.finetune.data.ContentHashes;
import org.finetune.data.LabeledImage;
import org.finetune.data.Preprocessing;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CacheDirectoryTest {
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 32);
    private static final KerasLayer CUT = ARCHITECTURE.layer("block_16_project_BN");
    private static final KerasLayer POOLED = ARCHITECTURE.layer(Architecture.POOLING);
    private static final Extraction EXTRACTION =
            new Extraction("ff", 0.35, new Preprocessing(32), 1 << 20, EngineType.FAST, "CpuBackend, 1 threads", 4);

    @TempDir
    private Path root;

    private Path directory;
    private ImageSet images;
    private final List<String> infos = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Map<String, INDArray> activations;

    /** Three images, of which the second cannot be decoded. */
    @BeforeEach
    void makeImages() throws IOException {
        directory = root.resolve("cache");
        List<LabeledImage> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(new LabeledImage(Files.writeString(root.resolve(i + ".jpg"), "image " + i), i));
        }
        images = new ImageSet("training", files, Augmentation.NONE);
        activations = Map.of(
                CUT.name(), Nd4j.rand(DataType.FLOAT, CUT.outputShape().batch(4)),
                POOLED.name(), Nd4j.rand(DataType.FLOAT, POOLED.outputShape().batch(4)));
    }

    private CacheDirectory open(KerasLayer... layers) {
        return new CacheDirectory(directory, EXTRACTION, List.of(layers), infos::add, warnings::add);
    }

    private ActivationCache fill(CacheDirectory storage) {
        List<String> hashes = ContentHashes.of(images.paths());
        ActivationCache cache = storage.create(images);
        cache.add(
                List.of(
                        new ActivationCache.Sample(0, 0, hashes.get(0)),
                        new ActivationCache.Sample(2, 2, hashes.get(2))),
                activations);
        cache.add(new ActivationCache.Failure(1, hashes.get(1), "truncated JPEG"));
        return cache;
    }

    private void keep(KerasLayer... layers) {
        CacheDirectory storage = open(layers);
        assertTrue(storage.find(images).isEmpty());
        try (ActivationCache cache = fill(storage)) {
            storage.complete(cache, images);
        }
    }

    private void assertFound(KerasLayer... layers) {
        Optional<ActivationCache> found = open(layers).find(images);
        assertEquals(List.of(), warnings);
        try (ActivationCache cache = found.orElseThrow()) {
            assertRead(cache, layers);
        }
    }

    private void assertRead(ActivationCache cache, KerasLayer... layers) {
        List<String> hashes = ContentHashes.of(images.paths());
        assertEquals(
                List.of(
                        new ActivationCache.Sample(0, images.label(0), hashes.get(0)),
                        new ActivationCache.Sample(2, images.label(2), hashes.get(2))),
                cache.samples());
        assertEquals(List.of(new ActivationCache.Failure(1, hashes.get(1), "truncated JPEG")), cache.failures());
        for (KerasLayer layer : layers) {
            INDArray batch = Nd4j.create(DataType.FLOAT, layer.outputShape().batch(2), 'c');
            cache.read(layer.name(), new int[] {1, 0}, batch);
            INDArray written = activations.get(layer.name());
            for (int row = 0; row < 2; row++) {
                assertArrayEquals(
                        written.slice(1 - row).dup().data().asFloat(),
                        batch.slice(row).dup().data().asFloat());
            }
        }
    }

    private List<Path> files(String ending) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void laterRunsFindWhatWasKept() throws IOException {
        keep(CUT, POOLED);
        assertEquals(2, files(".f32").size());
        assertEquals(4, files("").size(), () -> "nothing else is left");
        assertEquals(1, infos.size());
        assertTrue(infos.get(0).contains(directory.toString()), infos.get(0));
        assertFound(CUT, POOLED);
        assertFound(POOLED);
        assertTrue(open(ARCHITECTURE.layer("block_13_project_BN")).find(images).isEmpty());
    }

    @Test
    void namesAndClassesMayChange() throws IOException {
        keep(CUT);
        List<LabeledImage> renamed = new ArrayList<>();
        for (LabeledImage image : images.images()) {
            Path other = image.path().resolveSibling("other-" + image.path().getFileName());
            renamed.add(new LabeledImage(Files.move(image.path(), other), image.label() + 3));
        }
        images = new ImageSet("training", renamed, Augmentation.NONE);
        assertFound(CUT);
    }

    @Test
    void changedImageIsNotFound() throws IOException {
        keep(CUT);
        Files.writeString(images.images().get(1).path(), "image 9");
        assertTrue(open(CUT).find(images).isEmpty());
        Files.delete(images.images().get(1).path());
        assertTrue(open(CUT).find(images).isEmpty());
        assertEquals(List.of(), warnings);
        Files.writeString(images.images().get(1).path(), "image 1");
        assertFound(CUT);
    }

    @Test
    void unfinishedRunLeavesNothing() throws IOException {
        CacheDirectory storage = open(CUT, POOLED);
        try (ActivationCache cache = fill(storage)) {
            assertEquals(2, files(".part").size());
            assertTrue(open(CUT, POOLED).find(images).isEmpty());
            assertRead(cache, CUT, POOLED);
        }
        assertEquals(List.of(), files(""));
    }

    @Test
    void dataWithoutManifestDoNotCount() throws IOException {
        keep(CUT);
        Files.delete(files(".json").get(0));
        assertTrue(open(CUT).find(images).isEmpty());
        keep(CUT);
        assertFound(CUT);
    }

    private interface Damage {
        void to(Path data, Path manifest) throws IOException;
    }

    @Test
    void damagedEntriesAreReportedAndMadeAgain() throws IOException {
        List<Damage> damages = List.of(
                (data, manifest) -> flipByte(data, 100),
                (data, manifest) -> Files.write(data, new byte[4], StandardOpenOption.APPEND),
                (data, manifest) -> Files.write(data, new byte[10]),
                (data, manifest) -> Files.delete(data),
                (data, manifest) -> Files.write(manifest, new byte[0]),
                (data, manifest) -> Files.writeString(manifest, "null"),
                (data, manifest) -> Files.writeString(manifest, "{}"),
                (data, manifest) -> replace(manifest, "\"recordLength\" : ", "\"recordLength\" : 1"),
                (data, manifest) -> replace(manifest, "\"crc32c\" : ", "\"crc32c\" : 1"),
                (data, manifest) -> replace(manifest, "\"failure\" : \"truncated JPEG\"", "\"failure\" : null"),
                (data, manifest) -> replace(manifest, "\"key\" : \"", "\"key\" : \"0"),
                (data, manifest) -> replace(manifest, "\"sha256\" : \"", "\"sha256\" : \"0"));
        keep(CUT);
        for (Damage damage : damages) {
            damage.to(files(".f32").get(0), files(".json").get(0));
            keep(CUT);
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(warnings.get(0).contains("damaged"), warnings.get(0));
            assertEquals(1, warnings.get(0).lines().count(), warnings.get(0));
            warnings.clear();
            assertFound(CUT);
        }
    }

    private static void flipByte(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 1;
        Files.write(file, bytes);
    }

    private static void replace(Path file, String old, String replacement) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(old), text);
        Files.writeString(file, text.replaceFirst(Pattern.quote(old), replacement));
    }

    @Test
    void imagesThatChangeDuringTheRunAreNotKept() throws IOException {
        CacheDirectory storage = open(CUT);
        assertTrue(storage.find(images).isEmpty());
        Files.writeString(images.images().get(2).path(), "image 9");
        try (ActivationCache cache = fill(storage)) {
            storage.complete(cache, images);
            assertEquals(1, warnings.size());
            assertRead(cache, CUT);
        }
        assertEquals(List.of(), files(""));
    }

    /** One finishes after the other, and then both after each other's files have been replaced go on reading. */
    @Test
    void twoRunsMayMakeTheSameEntry() throws IOException {
        CacheDirectory one = open(CUT);
        CacheDirectory two = open(CUT);
        try (ActivationCache first = fill(one);
                ActivationCache second = fill(two)) {
            one.complete(first, images);
            try (ActivationCache reader = open(CUT).find(images).orElseThrow()) {
                two.complete(second, images);
                assertRead(reader, CUT);
            }
            assertRead(first, CUT);
            assertRead(second, CUT);
        }
        assertFound(CUT);
        assertEquals(2, files("").size());
    }

    @Test
    void placeThatCannotBeWrittenIsNamed() throws IOException {
        directory = Files.writeString(root.resolve("file"), "").resolve("cache");
        FinetuneException e =
                assertThrows(FinetuneException.class, () -> open(CUT).create(images));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(e.getMessage().contains(directory + "'") && e.getMessage().contains("--cache"), e.getMessage());
    }
}

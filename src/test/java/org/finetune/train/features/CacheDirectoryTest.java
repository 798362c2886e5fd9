package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Augmentation;
import org.finetune.data.ContentHashes;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.EngineType;
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
    private static final Extraction EXTRACTION = new Extraction(
            new ParameterDigests(Map.of(CUT.name(), "ff", POOLED.name(), "fe")),
            Optional.empty(),
            0.35,
            new Preprocessing(32),
            1 << 20,
            EngineType.FAST,
            "CpuBackend, 1 threads",
            4);

    @TempDir
    private Path root;

    private Path directory;
    private PhotoSet images;
    private final List<String> infos = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Map<String, INDArray> activations;

    /** Three images, of which the second cannot be decoded. */
    @BeforeEach
    void makeImages() throws IOException {
        directory = root.resolve("cache");
        List<LabeledPhoto> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(new LabeledPhoto(new PhotoFile(Files.writeString(root.resolve(i + ".jpg"), "photo " + i)), i));
        }
        images = new PhotoSet("training", files, Augmentation.NONE);
        activations = Map.of(
                CUT.name(), Nd4j.rand(DataType.FLOAT, CUT.outputShape().batch(4)),
                POOLED.name(), Nd4j.rand(DataType.FLOAT, POOLED.outputShape().batch(4)));
    }

    private CacheDirectory open(KerasLayer... layers) {
        return new CacheDirectory(directory, EXTRACTION, List.of(layers), infos::add, warnings::add);
    }

    private ActivationCache fill(CacheDirectory storage) {
        return fill(storage.open(images));
    }

    /** Adds the images in one batch. */
    private ActivationCache fill(ActivationCache cache) {
        List<String> hashes = ContentHashes.of(images.photos());
        assertEquals(0, cache.done());
        cache.add(
                List.of(
                        new ActivationCache.Sample(0, 0, hashes.get(0)),
                        new ActivationCache.Sample(2, 2, hashes.get(2))),
                List.of(new ActivationCache.Failure(1, hashes.get(1), "truncated JPEG")),
                activations);
        return cache;
    }

    private boolean isFound(KerasLayer... layers) {
        try (ActivationCache cache = open(layers).open(images)) {
            return cache.done() == images.labeled().size();
        }
    }

    /** Fills or repairs the entries. */
    private void keep(KerasLayer... layers) {
        CacheDirectory storage = open(layers);
        try (ActivationCache cache = storage.open(images)) {
            if (cache.done() == 0) {
                fill(cache);
            } else if (!cache.damaged().isEmpty()) {
                cache.replace(List.copyOf(cache.samples()), activations);
                cache.repaired();
            }
            storage.complete(cache, images);
        }
    }

    private void assertFound(KerasLayer... layers) {
        try (ActivationCache cache = open(layers).open(images)) {
            assertEquals(List.of(), warnings);
            assertTrue(cache.damaged().isEmpty());
            assertRead(cache, layers);
        }
    }

    private void assertRead(ActivationCache cache, KerasLayer... layers) {
        List<String> hashes = ContentHashes.of(images.photos());
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
        assertFalse(isFound(ARCHITECTURE.layer("block_13_project_BN")));
    }

    @Test
    void namesAndClassesMayChange() throws IOException {
        keep(CUT);
        List<LabeledPhoto> renamed = new ArrayList<>();
        for (LabeledPhoto image : images.labeled()) {
            Path file = Path.of(image.photo().id());
            Path other = file.resolveSibling("other-" + file.getFileName());
            renamed.add(new LabeledPhoto(new PhotoFile(Files.move(file, other)), image.label() + 3));
        }
        images = new PhotoSet("training", renamed, Augmentation.NONE);
        assertFound(CUT);
    }

    @Test
    void changedImageIsNotFound() throws IOException {
        keep(CUT);
        Files.writeString(file(1), "photo 9");
        assertFalse(isFound(CUT));
        Files.delete(file(1));
        assertFalse(isFound(CUT));
        assertEquals(List.of(), warnings);
        Files.writeString(file(1), "photo 1");
        assertFound(CUT);
    }

    @Test
    void stoppedRunIsGoneOnWith() throws IOException {
        try (ActivationCache cache = fill(open(CUT, POOLED))) {
            assertRead(cache, CUT, POOLED);
        }
        assertEquals(2, files(".part").size());
        assertEquals(1, files(".journal").size());
        CacheDirectory storage = open(CUT, POOLED);
        try (ActivationCache cache = storage.open(images)) {
            assertTrue(cache.damaged().isEmpty());
            assertRead(cache, CUT, POOLED);
            storage.complete(cache, images);
        }
        assertEquals(4, files("").size(), () -> "nothing else is left");
        assertFound(CUT, POOLED);
    }

    @Test
    void stoppedRunWithADamagedRecordIsGoneOnWith() throws IOException {
        fill(open(CUT)).close();
        flipByte(files(".part").get(0), 100);
        CacheDirectory storage = open(CUT);
        try (ActivationCache cache = storage.open(images)) {
            assertEquals(BitSet.valueOf(new long[] {1}), cache.damaged());
            cache.replace(List.copyOf(cache.samples()), activations);
            cache.repaired();
            storage.complete(cache, images);
        }
        assertFound(CUT);
    }

    @Test
    void damagedJournalBeginsAgain() throws IOException {
        for (int position : new int[] {5, 90, 150}) {
            fill(open(CUT)).close();
            flipByte(files(".journal").get(0), position);
            assertFalse(isFound(CUT));
        }
        keep(CUT);
        assertFound(CUT);
    }

    @Test
    void partsOfDeadProcessesAreDeletedAndThoseInUseAreNot() throws IOException {
        String key = ".".concat("0".repeat(64));
        Files.createDirectories(directory);
        for (String name : List.of(key + "." + UUID.randomUUID(), key)) {
            Files.write(directory.resolve(name + ".journal"), new byte[9]);
            Files.write(directory.resolve(name + ".0.part"), new byte[9]);
        }
        try (ActivationCache cache = fill(open(CUT));
                ActivationCache other = fill(open(CUT))) {
            assertEquals(3, files(".part").size(), () -> "those of the two and those to go on with");
            assertRead(cache, CUT);
            assertRead(other, CUT);
        }
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        for (Path file : files("")) {
            Files.setLastModifiedTime(file, old);
        }
        keep(POOLED);
        assertEquals(2, files("").size());
    }

    @Test
    void dataWithoutManifestDoNotCount() throws IOException {
        keep(CUT);
        Files.delete(files(".json").get(0));
        assertFalse(isFound(CUT));
        keep(CUT);
        assertFound(CUT);
    }

    private interface Damage {
        void to(Path data, Path manifest) throws IOException;
    }

    @Test
    void damagedEntriesAreReportedAndMadeAgain() throws IOException {
        List<Damage> damages = List.of(
                (data, manifest) -> Files.write(data, new byte[4], StandardOpenOption.APPEND),
                (data, manifest) -> Files.delete(data),
                (data, manifest) -> Files.write(manifest, new byte[0]),
                (data, manifest) -> Files.writeString(manifest, "null"),
                (data, manifest) -> Files.writeString(manifest, "{}"),
                (data, manifest) -> replace(manifest, "\"recordLength\" : ", "\"recordLength\" : 1"),
                (data, manifest) -> replace(manifest, "\"crc32c\" : [ ", "\"crc32c\" : [ 1, "),
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

    @Test
    void damagedRecordsAreReplaced() throws IOException {
        List<Damage> damages =
                List.of((data, manifest) -> flipByte(data, 100), (data, manifest) -> Files.write(data, new byte[10]));
        keep(CUT);
        for (Damage damage : damages) {
            damage.to(files(".f32").get(0), files(".json").get(0));
            try (ActivationCache cache = open(CUT).open(images)) {
                assertTrue(cache.damaged().get(0));
                assertFalse(cache.damaged().get(1), "It has no records");
            }
            keep(CUT);
            assertFound(CUT);
        }
    }

    /** What was whole when the entry was opened, and is not when it is read. */
    @Test
    void damageIsNoticedAtEachReading() throws IOException {
        keep(CUT);
        try (ActivationCache cache = open(CUT).open(images)) {
            assertTrue(cache.damaged().isEmpty());
            flipByte(files(".f32").get(0), 100);
            List<Integer> repaired = new ArrayList<>();
            cache.onDamage(image -> {
                repaired.add(image);
                cache.replace(List.copyOf(cache.samples()), activations);
            });
            assertRead(cache, CUT);
            assertEquals(List.of(0), repaired);
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
        ActivationCache empty = storage.open(images);
        Files.writeString(file(2), "photo 9");
        try (ActivationCache cache = fill(empty)) {
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
            try (ActivationCache reader = open(CUT).open(images)) {
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
                assertThrows(FinetuneException.class, () -> open(CUT).open(images));
        assertEquals(ExitCode.DATA, e.exitCode());
        assertTrue(
                e.getMessage().contains(directory.toString()) && e.getMessage().contains("--cache"), e.getMessage());
    }

    private Path file(int photo) {
        return Path.of(images.photos().get(photo).id());
    }
}

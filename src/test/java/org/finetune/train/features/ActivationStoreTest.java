package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivationStoreTest {
    private static final float[] RECORDS = {1, 2, 3, 4, 5, 6, -7, 8.5f, Float.MIN_VALUE};

    @TempDir
    private Path directory;

    private static void fill(ActivationStore store) {
        try (FloatPointer first = new FloatPointer(RECORDS[0], RECORDS[1], RECORDS[2]);
                FloatPointer others = new FloatPointer(6)) {
            others.put(RECORDS, 3, 6);
            store.append(1, first);
            store.append(2, others);
        }
    }

    private static float[] read(ActivationStore store, int record) {
        try (FloatPointer values = new FloatPointer(store.recordLength())) {
            assertTrue(store.read(record, values));
            float[] array = new float[store.recordLength()];
            values.get(array);
            return array;
        }
    }

    private FileStore create(String name) {
        return FileStore.append(directory.resolve(name), 3, new int[0]);
    }

    @Test
    void recordsAreReadInAnyOrder() {
        try (ActivationStore memory = new MemoryStore(3, 3);
                ActivationStore file = create("new/a.f32");
                ActivationStore mirrored = new MirroredStore(3, create("b.f32"), new BitSet())) {
            for (ActivationStore store : List.of(memory, file, mirrored)) {
                fill(store);
                assertArrayEquals(new float[] {-7, 8.5f, Float.MIN_VALUE}, read(store, 2));
                assertArrayEquals(new float[] {1, 2, 3}, read(store, 0));
                assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            }
        }
    }

    @Test
    void fileHasTheRecordsAndTheirChecksums() throws Exception {
        Path kept = directory.resolve("a.f32");
        int[] checksums;
        try (FileStore store = create("a.part")) {
            fill(store);
            store.keepAs(kept);
            assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            checksums = IntStream.range(0, 3).map(store::checksum).toArray();
        }
        assertFalse(Files.exists(directory.resolve("a.part")));
        ByteBuffer expected = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        expected.asFloatBuffer().put(RECORDS);
        assertArrayEquals(expected.array(), Files.readAllBytes(kept));
        for (int record = 0; record < 3; record++) {
            CRC32C reference = new CRC32C();
            reference.update(expected.array(), 12 * record, 12);
            assertEquals((int) reference.getValue(), checksums[record]);
        }
        try (FileStore store = FileStore.open(kept, 3, checksums)) {
            assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            assertEquals(36, store.size());
            assertTrue(store.damaged().isEmpty());
        }
    }

    @Test
    void goesOnAfterTheRecordsThatCount() throws Exception {
        int first;
        try (FileStore store = create("a.f32")) {
            fill(store);
            first = store.checksum(0);
        }
        try (FileStore store = FileStore.append(directory.resolve("a.f32"), 3, new int[] {first});
                FloatPointer record = new FloatPointer(7f, 8f, 9f)) {
            assertEquals(12, store.size());
            store.append(1, record);
            assertArrayEquals(new float[] {1, 2, 3}, read(store, 0));
            assertArrayEquals(new float[] {7, 8, 9}, read(store, 1));
        }
    }

    @Test
    void damagedAndMissingRecordsAreNoticedAndReplaced() throws Exception {
        Path file = directory.resolve("a.f32");
        int[] checksums;
        try (FileStore store = create("a.f32")) {
            fill(store);
            checksums = IntStream.range(0, 3).map(store::checksum).toArray();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[14] ^= 1;
        Files.write(file, Arrays.copyOf(bytes, 30));
        try (FileStore store = FileStore.open(file, 3, checksums);
                FloatPointer record = new FloatPointer(4f, 5f, 6f)) {
            assertEquals(BitSet.valueOf(new long[] {0b110}), store.damaged());
            assertFalse(store.read(1, record));
            record.put(new float[] {4, 5, 6});
            store.write(1, 1, record);
            assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            assertEquals(checksums[1], store.checksum(1));
        }
        BitSet damaged = new BitSet();
        try (FileStore store = FileStore.open(file, 3, checksums);
                MirroredStore mirrored = new MirroredStore(3, store, damaged)) {
            assertEquals(BitSet.valueOf(new long[] {0b100}), damaged);
            assertArrayEquals(new float[] {4, 5, 6}, read(mirrored, 1));
        }
    }

    /** A step takes its records from all over a pool; what reads ahead goes through the file once. */
    @Test
    void recordsAreReadAheadInTheOrderOfTheFile() {
        List<int[]> ahead = new ArrayList<>();
        ActivationStore watched = (ActivationStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ActivationStore.class}, (proxy, method, arguments) -> {
                    assertEquals("readAhead", method.getName());
                    ahead.add((int[]) arguments[0]);
                    return null;
                });
        ActivationCache cache = new ActivationCache(2, Map.of("layer", watched), null);
        IntStream.range(0, 5).forEach(image -> cache.restore(image, 0, "", ""));
        cache.readAhead("layer", new int[] {7, 1, 4});
        assertArrayEquals(new int[] {1, 4, 7}, ahead.get(0));
        // Both views of image 3, then those of image 0.
        cache.select(new int[] {3, 0}).readAhead("layer", new int[] {3, 1, 0});
        assertArrayEquals(new int[] {1, 6, 7}, ahead.get(1));
    }
}

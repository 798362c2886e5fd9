package org.finetune.train.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
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

    private static float[] read(ActivationStore store, long record) {
        try (FloatPointer values = new FloatPointer(store.recordLength())) {
            store.read(record, values);
            float[] array = new float[store.recordLength()];
            values.get(array);
            return array;
        }
    }

    @Test
    void recordsAreReadInAnyOrder() {
        try (ActivationStore memory = new MemoryStore(3, 3);
                ActivationStore file = FileStore.create(directory.resolve("new/a.f32"), 3)) {
            for (ActivationStore store : List.of(memory, file)) {
                fill(store);
                assertArrayEquals(new float[] {-7, 8.5f, Float.MIN_VALUE}, read(store, 2));
                assertArrayEquals(new float[] {1, 2, 3}, read(store, 0));
                assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            }
        }
    }

    @Test
    void fileIsDeletedUnlessItIsKept() throws Exception {
        Path part = directory.resolve("a.part");
        FileStore dropped = FileStore.create(part, 3);
        fill(dropped);
        assertTrue(Files.exists(part));
        dropped.close();
        assertFalse(Files.exists(part));

        Path kept = directory.resolve("a.f32");
        long crc32c;
        try (FileStore store = FileStore.create(part, 3)) {
            fill(store);
            store.keepAs(kept);
            assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            crc32c = store.crc32c();
        }
        assertFalse(Files.exists(part));
        try (FileStore store = FileStore.open(kept, 3)) {
            assertArrayEquals(new float[] {4, 5, 6}, read(store, 1));
            assertEquals(crc32c, store.crc32c());
            assertEquals(36, store.size());
        }
        ByteBuffer expected = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
        expected.asFloatBuffer().put(RECORDS);
        assertArrayEquals(expected.array(), Files.readAllBytes(kept));
        CRC32C reference = new CRC32C();
        reference.update(expected.array());
        assertEquals(reference.getValue(), crc32c);
    }

    @Test
    void fileThatEndsEarlyIsNamed() {
        Path file = directory.resolve("a.f32");
        try (FileStore store = FileStore.create(file, 3)) {
            fill(store);
            FinetuneException e = assertThrows(FinetuneException.class, () -> read(store, 3));
            assertEquals(ExitCode.DATA, e.exitCode());
            assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        }
    }
}

package org.finetune.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
    @TempDir
    private Path root;

    private Path directory;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void nameDirectory() {
        directory = root.resolve("checkpoints");
    }

    private CheckpointDirectory open() {
        return new CheckpointDirectory(directory, warnings::add);
    }

    private static Snapshot snapshot(int number) {
        Map<String, float[]> arrays = new LinkedHashMap<>();
        float[] many = new float[40_000];
        many[39_999] = number;
        arrays.put("many", many);
        arrays.put("none", new float[0]);
        return new Snapshot(new byte[] {(byte) number, 2}, arrays);
    }

    private static int number(Snapshot snapshot) {
        assertEquals(snapshot.description()[0], (int) snapshot.arrays().get("many")[39_999]);
        assertEquals(0, snapshot.arrays().get("none").length);
        return snapshot.description()[0];
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void newestTwoAreKept() throws IOException {
        CheckpointDirectory checkpoints = open();
        assertTrue(checkpoints.newest(CheckpointDirectoryTest::number).isEmpty());
        for (int i = 1; i <= 4; i++) {
            checkpoints.write(snapshot(i), i % 2 == 0);
        }
        assertEquals(2, files().size());
        assertEquals(4, open().newest(CheckpointDirectoryTest::number).orElseThrow());
        CheckpointDirectory later = open();
        later.write(snapshot(5), false);
        assertEquals(5, open().newest(CheckpointDirectoryTest::number).orElseThrow());
        later.clear();
        assertFalse(Files.exists(directory));
    }

    @Test
    void damageOfAnyByteIsReportedAndPassedOver() throws IOException {
        CheckpointDirectory checkpoints = open();
        checkpoints.write(snapshot(1), true);
        checkpoints.write(snapshot(2), true);
        Path newest = files().get(1);
        byte[] good = Files.readAllBytes(newest);
        for (int position : new int[] {0, 7, 9, 11, 13, 16, 20, 100, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[position] ^= 8;
            Files.write(newest, bad);
            assertPassedOver(newest);
        }
        for (int length : new int[] {0, 1, 8, 16, 30, good.length - 1}) {
            Files.write(newest, Arrays.copyOf(good, length));
            assertPassedOver(newest);
        }
        Files.write(newest, Arrays.copyOf(good, good.length + 8));
        assertPassedOver(newest);
    }

    private void assertPassedOver(Path newest) {
        warnings.clear();
        assertEquals(1, open().newest(CheckpointDirectoryTest::number).orElseThrow());
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains(newest.toString()), warnings.get(0));
    }

    /** Lengths that are not those of what follows, in files whose checksum is right. */
    @Test
    void lengthsAreNotTrusted() throws IOException {
        open().write(snapshot(1), true);
        byte[] good = Files.readAllBytes(files().get(0));
        int arrays = 8 + 4 + 2;
        int length = arrays + 4 + 2 + "many".length();
        for (int position : new int[] {8, arrays, length}) {
            for (int value : new int[] {-1, 0, 1, Integer.MAX_VALUE, 40_001}) {
                byte[] bad = good.clone();
                ByteBuffer.wrap(bad).putInt(position, value);
                CRC32C crc32c = new CRC32C();
                crc32c.update(bad, 0, bad.length - 8);
                ByteBuffer.wrap(bad).putLong(bad.length - 8, crc32c.getValue());
                Files.write(files().get(0), bad);
                assertThrows(IOException.class, () -> CheckpointFile.read(files().get(0)), position + ": " + value);
            }
        }
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        float[] odd = {0, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
        open().write(new Snapshot(new byte[0], Map.of("odd", odd)), true);
        assertArrayEquals(odd, CheckpointFile.read(files().get(0)).arrays().get("odd"));
    }
}

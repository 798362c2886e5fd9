package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Commands that run for long, or again and again in one process, do not grow. Takes about a minute. */
@Tag("slow")
class LeakIT {
    private static final long MIB = 1 << 20;
    private static final int EPOCHS = 50;
    private static final int PREDICTIONS = 20;

    @TempDir
    private Path directory;

    /**
     * What the process holds once the garbage is collected.
     *
     * @param resident physical memory of the process in bytes
     * @param pointers bytes of JavaCPP's pointers, such as those of images
     * @param arrays number of ND4J's arrays in native memory
     * @param heap bytes of Java's heap
     */
    private record Memory(long resident, long pointers, int arrays, long heap) {
        static Memory now() throws ReflectiveOperationException, InterruptedException {
            // ND4J frees what was collected on a thread of its own, which lets the collector find more.
            long heap = Long.MAX_VALUE;
            for (long collected = MIB; collected >= MIB / 4; ) {
                System.gc();
                Thread.sleep(200);
                collected = heap - usedHeap();
                heap -= collected;
            }
            return new Memory(Pointer.physicalBytes(), Pointer.totalBytes(), countArrays(), heap);
        }

        private static long usedHeap() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        private static int countArrays() throws ReflectiveOperationException {
            Field references = Nd4j.getDeallocatorService().getClass().getDeclaredField("referenceMap");
            references.setAccessible(true);
            return ((Map<?, ?>) references.get(Nd4j.getDeallocatorService())).size();
        }

        void assertHardlyMoreThan(Memory before) {
            assertTrue(arrays <= before.arrays + 10, this + " after " + before);
            assertTrue(pointers <= before.pointers + MIB, this + " after " + before);
            assertTrue(heap <= before.heap + 8 * MIB, this + " after " + before);
            assertTrue(resident <= before.resident + 64 * MIB, this + " after " + before);
        }
    }

    /** Looks at the memory all the time without stopping anything. */
    private static final class Observer extends Thread {
        private final List<Long> resident = new ArrayList<>();
        private final List<Long> pointers = new ArrayList<>();
        private volatile boolean over;

        @Override
        public void run() {
            while (!over) {
                resident.add(Pointer.physicalBytes());
                pointers.add(Pointer.totalBytes());
                try {
                    sleep(20);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void assertFlat() throws InterruptedException {
            over = true;
            join();
            assertTrue(resident.size() > 40, "too short to see anything");
            assertFlat(resident, 64 * MIB);
            assertFlat(pointers, MIB);
        }

        /** The last quarter is not above the second, when everything was laid out. */
        private static void assertFlat(List<Long> bytes, long tolerance) {
            int quarter = bytes.size() / 4;
            long before = max(bytes.subList(quarter, 2 * quarter));
            long after = max(bytes.subList(3 * quarter, bytes.size()));
            assertTrue(after <= before + tolerance, after + " bytes after " + before);
        }

        private static long max(List<Long> bytes) {
            return bytes.stream().mapToLong(Long::longValue).max().orElseThrow();
        }
    }

    private static void execute(String... arguments) {
        assertEquals(0, Main.execute(arguments));
    }

    private Path train(Path photos, String name, int epochs) {
        Path run = directory.resolve(name);
        execute(
                "train",
                "--quiet",
                "--data=" + photos,
                "--out=" + run,
                "--weights=bundled",
                "--size=32",
                "--batch-size=8",
                "--patience=0",
                "--head-epochs=" + epochs,
                "--epochs=" + epochs);
        return run;
    }

    @Test
    void fiftyEpochsAndTwentyPredictionsHoldMemoryFlat() throws Exception {
        Path photos = photos();
        // By then Java's heap, too, has the size that it needs.
        Path run = train(photos, "first", EPOCHS);
        Memory before = Memory.now();
        Observer observer = new Observer();
        observer.start();
        train(photos, "second", EPOCHS);
        observer.assertFlat();
        Memory after = Memory.now();
        after.assertHardlyMoreThan(before);

        String[] predict = {"predict", "--quiet", run.toString(), photos.toString(), "--format=csv"};
        for (int i = 0; i < PREDICTIONS; i++) {
            execute(predict);
        }
        before = Memory.now();
        for (int i = 0; i < PREDICTIONS; i++) {
            execute(predict);
        }
        Memory.now().assertHardlyMoreThan(before);
    }

    private Path photos() throws IOException {
        return PhotoFolder.create(directory.resolve("photos"), 12, 1);
    }
}

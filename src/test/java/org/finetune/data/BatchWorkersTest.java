package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.PngBuilder;
import org.finetune.data.decode.Preprocessing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BatchWorkersTest {
    private static final int PHOTOS = 41;
    private static final int ROWS = 2;

    private final ImageDecoder decoder = new ImageDecoder(new Preprocessing(16), ImageDecoder.DEFAULT_MAX_PIXELS);
    private final List<PhotoFile> photos = new ArrayList<>();

    @TempDir
    private Path root;

    @BeforeEach
    void makePhotos() throws IOException {
        for (int i = 0; i < PHOTOS; i++) {
            Path file = root.resolve(i + ".png");
            Files.write(file, PngBuilder.rgb(20, 20, PngBuilder.noise(20, 20, i)));
            photos.add(new PhotoFile(file));
        }
    }

    private ImagePipeline pipeline(int workers) {
        return new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(ROWS, 2, 3 * workers), false);
    }

    private static List<Integer> indexes(ImageBatch batch) {
        List<Integer> indexes =
                batch.images().stream().map(ImageBatch.DecodedImage::index).toList();
        batch.release();
        return indexes;
    }

    private static <T> List<Function<ImageBatch, T>> times(int workers, Function<ImageBatch, T> work) {
        return Collections.nCopies(workers, work);
    }

    /** The later a batch, the sooner it is ready, within those that are worked at together. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void deliverInTheOrderOfTheBatchesAndOneAtATime(int workers) throws Exception {
        List<Integer> delivered = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        try (ImagePipeline pipeline = pipeline(workers)) {
            BatchWorkers.run(
                    pipeline,
                    times(workers, batch -> {
                        sleep(5L * (workers - batch.number() % workers));
                        return indexes(batch);
                    }),
                    indexes -> {
                        assertEquals(1, inside.incrementAndGet());
                        delivered.addAll(indexes);
                        inside.decrementAndGet();
                    });
        }
        assertEquals(IntStream.range(0, PHOTOS).boxed().toList(), delivered);
    }

    @Test
    void workAtTheSameTime() throws Exception {
        CountDownLatch together = new CountDownLatch(3);
        try (ImagePipeline pipeline = pipeline(3)) {
            BatchWorkers.run(
                    pipeline,
                    times(3, batch -> {
                        together.countDown();
                        await(together);
                        return indexes(batch);
                    }),
                    indexes -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void whatFailsEndsAllAfterTheBatchesBefore(int failing) {
        IllegalArgumentException failure = new IllegalArgumentException("batch " + failing);
        List<Integer> delivered = new ArrayList<>();
        try (ImagePipeline pipeline = pipeline(3)) {
            Throwable thrown = assertThrows(
                    IllegalArgumentException.class,
                    () -> BatchWorkers.run(
                            pipeline,
                            times(3, batch -> {
                                if (batch.number() == failing) {
                                    throw failure;
                                }
                                sleep(10);
                                return indexes(batch);
                            }),
                            delivered::addAll));
            assertSame(failure, thrown);
        }
        assertEquals(IntStream.range(0, failing * ROWS).boxed().toList(), delivered);
        assertNoThreads();
    }

    /** As when standard output cannot be written to. */
    @Test
    void whatFailsInTakingResultsEndsAllAndIsThrown() {
        OutOfMemoryError failure = new OutOfMemoryError("taking");
        List<Integer> delivered = new ArrayList<>();
        try (ImagePipeline pipeline = pipeline(3)) {
            assertSame(
                    failure,
                    assertThrows(
                            OutOfMemoryError.class,
                            () -> BatchWorkers.run(pipeline, times(3, BatchWorkersTest::indexes), indexes -> {
                                delivered.addAll(indexes);
                                if (delivered.size() == 2 * ROWS) {
                                    throw failure;
                                }
                            })));
        }
        assertEquals(2 * ROWS, delivered.size());
        assertNoThreads();
    }

    @Test
    void anInterruptionEndsAll() {
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            await(begun);
            caller.interrupt();
        });
        interrupter.start();
        try (ImagePipeline pipeline = pipeline(2)) {
            assertThrows(
                    InterruptedException.class,
                    () -> BatchWorkers.run(
                            pipeline,
                            times(2, batch -> {
                                begun.countDown();
                                sleepOn(50);
                                return indexes(batch);
                            }),
                            indexes -> {}));
        }
        assertFalse(Thread.interrupted());
        assertNoThreads();
    }

    private static void assertNoThreads() {
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("network-")));
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sleeps as native code works: without hearing of interruptions, but they are not lost. */
    private static void sleepOn(long milliseconds) {
        boolean interrupted = Thread.interrupted();
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.finetune.data.decode.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.testing.Signals;
import org.finetune.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The decoder's process, and what becomes of the photos when it ends. Signals come when it surely has the file: it is stopped. */
@Timeout(120)
class NativeDecoderTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    /** Width and height of a photo that takes a while, and more memory than is kept. */
    private static final int SLOW_SIDE = 5000;

    @TempDir
    private Path directory;

    private static byte[] slow;

    private NativeDecoder decoder;
    private byte[] photo;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Makes a photo of noise, which takes the decoder half a second. */
    @BeforeAll
    static void makeSlowPhoto() {
        try (Mat noise = new Mat(SLOW_SIDE, SLOW_SIDE, opencv_core.CV_8UC3);
                Mat low = new Mat(1, 1, opencv_core.CV_64F, Scalar.all(0));
                Mat high = new Mat(1, 1, opencv_core.CV_64F, Scalar.all(256));
                BytePointer encoded = new BytePointer()) {
            opencv_core.randu(noise, low, high);
            opencv_imgcodecs.imencode(".jpg", noise, encoded);
            slow = new byte[(int) encoded.limit()];
            encoded.get(slow);
        }
    }

    @BeforeEach
    void readPhoto() throws IOException {
        decoder = new NativeDecoder(List.of(directory), NativeDecoder.TIME_LIMIT);
        photo = Files.readAllBytes(Path.of("data", "sample", "fish", "fish-01.jpg"));
    }

    @AfterEach
    void close() {
        threads.shutdown();
        decoder.close();
    }

    private byte[] pixels() throws IOException {
        try (Mat image = decoder.decode(photo, 1, WIDTH, HEIGHT)) {
            return bytes(image);
        }
    }

    private static byte[] bytes(Mat image) {
        byte[] pixels = new byte[(int) image.total() * 3];
        image.data().get(pixels);
        return pixels;
    }

    private byte[] expected() {
        try (BytePointer bytes = new BytePointer(photo);
                Mat encoded = new Mat(1, photo.length, 0, bytes);
                Mat image = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR)) {
            return bytes(image);
        }
    }

    /** Has several photos decoded at once by a process that is stopped, until it has them all. */
    private List<Future<byte[]>> decodeAtOnce(int photos) throws Exception {
        Signals.stop(decoder.start());
        List<Future<byte[]>> results = new ArrayList<>();
        for (int i = 0; i < photos; i++) {
            results.add(threads.submit((Callable<byte[]>) this::pixels));
        }
        await(() -> decoder.inProgress() == photos);
        return results;
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(1);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void pixelsAreThoseOfTheDecoderItself() throws Exception {
        assertArrayEquals(expected(), pixels());
        assertEquals(List.of(), files(), "The file of the shared memory is seen by nobody else");
    }

    @Test
    void faultCostsNoPhotoIfItDoesNotComeAgain() throws Exception {
        for (String signal : List.of("SEGV", "ABRT", "BUS", "KILL")) {
            List<Future<byte[]>> results = decodeAtOnce(3);
            long pid = decoder.start();
            Signals.send(pid, signal);
            if (!signal.equals("KILL")) {
                Signals.send(pid, "CONT");
            }
            for (Future<byte[]> result : results) {
                assertArrayEquals(expected(), result.get(), signal);
            }
            assertNotEquals(pid, decoder.start());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void photoWithWhichTheDecoderCrashesAgainIsNamedAndNoOther() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        long first = decoder.start();
        Signals.stop(first);
        Future<Mat> guilty = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            return decoder.decode(slow, 1, SLOW_SIDE, SLOW_SIDE);
        });
        List<Future<byte[]>> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            others.add(threads.submit((Callable<byte[]>) this::pixels));
        }
        await(() -> decoder.inProgress() == 3);
        Signals.send(first, "SEGV");
        Signals.send(first, "CONT");
        crashAgain(first, thread.join(), "SEGV");
        ExecutionException failure = assertThrows(ExecutionException.class, guilty::get);
        assertTrue(failure.getCause() instanceof DecoderCrashException, failure.toString());
        assertEquals("its decoder crashed", failure.getCause().getMessage());
        for (Future<byte[]> other : others) {
            assertArrayEquals(expected(), other.get());
        }
        try (Mat image = decoder.decode(slow, 1, SLOW_SIDE, SLOW_SIDE)) {
            assertEquals(SLOW_SIDE, image.cols(), "Without a crash it is fine");
        }
    }

    @Test
    void beingKilledTwiceIsNoFaultOfThePhoto() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        long first = decoder.start();
        Signals.stop(first);
        Future<Mat> result = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            return decoder.decode(slow, 1, SLOW_SIDE, SLOW_SIDE);
        });
        await(() -> decoder.inProgress() == 1);
        Signals.send(first, "KILL");
        crashAgain(first, thread.join(), "KILL");
        ExecutionException failure = assertThrows(ExecutionException.class, result::get);
        assertTrue(failure.getCause() instanceof FinetuneException, failure.toString());
        assertEquals(ExitCode.BACKEND, ((FinetuneException) failure.getCause()).exitCode());
        assertTrue(failure.getCause().getMessage().contains("was killed twice"), failure.toString());
        assertArrayEquals(expected(), pixels());
    }

    @Test
    void photoThatTakesTooLongIsNamedUnlessItOnlyWaitedForTheDecoder() throws Exception {
        decoder.close();
        decoder = new NativeDecoder(List.of(directory), Duration.ofSeconds(5));
        Signals.stop(decoder.start());
        assertArrayEquals(expected(), pixels(), "A process that was stopped says nothing about the photo");
        decoder.close();

        decoder = new NativeDecoder(List.of(directory), Duration.ofMillis(1));
        DecoderCrashException failure =
                assertThrows(DecoderCrashException.class, () -> decoder.decode(slow, 1, SLOW_SIDE, SLOW_SIDE));
        assertEquals("decoding takes longer than 0 s", failure.getMessage());
    }

    /** Ends the process that comes after the first one, when it is decoding for a thread. */
    private void crashAgain(long first, Thread thread, String signal) throws Exception {
        await(() -> decoder.start() != first && waitsForTheDecoder(thread));
        Signals.send(decoder.start(), signal);
    }

    private static boolean waitsForTheDecoder(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(DecoderProcess.class.getName())
                        && frame.getMethodName().equals("awaitInTime"));
    }

    @Test
    void whereThereIsNoRoomTheNextDirectoryIsTaken() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "100k")) {
            decoder = new NativeDecoder(List.of(disk.path(), directory), NativeDecoder.TIME_LIMIT);
            assertArrayEquals(expected(), pixels());
            decoder.close();

            decoder = new NativeDecoder(List.of(disk.path(), directory.resolve("none")), NativeDecoder.TIME_LIMIT);
            FinetuneException failure = assertThrows(FinetuneException.class, this::pixels);
            assertEquals(ExitCode.BACKEND, failure.exitCode());
            assertTrue(failure.getMessage().startsWith("No room for a decoded photo of "), failure.toString());
            assertTrue(failure.getMessage().contains(disk.path().toString()), failure.toString());

            disk.remount("size=2m");
            assertArrayEquals(expected(), pixels());
        }
    }

    @Test
    void memoryForLargeImagesIsGivenBack() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "120m")) {
            decoder = new NativeDecoder(List.of(disk.path()), NativeDecoder.TIME_LIMIT);
            for (int i = 0; i < 3; i++) {
                try (Mat image = decoder.decode(slow, 1, SLOW_SIDE, SLOW_SIDE)) {
                    assertEquals(SLOW_SIDE, image.rows());
                }
                assertArrayEquals(expected(), pixels());
            }
            assertTrue(disk.path().toFile().getUsableSpace() > 110 << 20, "Something is left");
        }
    }

    @Test
    void decoderThatDoesNotStartIsNoFaultOfThePhoto() {
        String home = System.setProperty("java.home", directory.toString());
        try {
            FinetuneException failure = assertThrows(FinetuneException.class, this::pixels);
            assertEquals(ExitCode.BACKEND, failure.exitCode());
            assertTrue(
                    failure.getMessage()
                            .startsWith("The decoder process does not start: it ended with exit " + "code 127"),
                    failure.toString());
            assertThrows(FinetuneException.class, decoder::start);
        } finally {
            System.setProperty("java.home", home);
        }
        assertTrue(decoder.start() > 0);
    }

    @Test
    void signalsFromTheTerminalDoNotReachIt() throws Exception {
        long pid = decoder.start();
        for (String signal : List.of("INT", "TERM", "HUP", "QUIT")) {
            Signals.send(pid, signal);
            assertArrayEquals(expected(), pixels(), signal);
        }
        assertEquals(pid, decoder.start());
    }

    @Test
    void whatKilledProcessesHaveLeftIsDeleted() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path left = create("finetune-" + ended.pid() + "-1.pixels", Duration.ofHours(1));
        Path recent = create("finetune-" + ended.pid() + "-2.pixels", Duration.ZERO);
        Path alive = create("finetune-" + ProcessHandle.current().pid() + "-1.pixels", Duration.ofHours(1));
        Path foreign = create("finetune-notes.pixels", Duration.ofHours(1));
        decoder.start();
        assertFalse(Files.exists(left));
        assertEquals(Set.of(recent, alive, foreign), Set.copyOf(files()));
    }

    private Path create(String name, Duration age) throws IOException {
        Path file = Files.createFile(directory.resolve(name));
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void closingEndsTheProcess() throws Exception {
        ProcessHandle process = ProcessHandle.of(decoder.start()).orElseThrow();
        pixels();
        decoder.close();
        process.onExit().join();
        assertEquals(List.of(), files());
    }
}

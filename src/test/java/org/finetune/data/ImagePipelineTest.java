package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.ExitCode;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.PngBuilder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.hash.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ImagePipelineTest {
    private static final Preprocessing PREPROCESSING = new Preprocessing(16);

    private final ImageDecoder decoder = new ImageDecoder(PREPROCESSING, ImageDecoder.DEFAULT_MAX_PIXELS);

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 3, 2", "7, 4, 3", "64, 2, 2", "9, 8, 1"})
    void givesAllRowsInOrder(int batchRows, int threads, int buffers) throws Exception {
        List<PhotoFile> photos = photos(23);
        Augmentation augmentation = batchRows == 1 ? Augmentation.NONE : Augmentation.of(Augment.FLIP, 0, 1);
        int expected = 0;
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, augmentation, photos, new Capacity(batchRows, threads, buffers), true)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                assertEquals(List.of(), batch.failures());
                assertTrue(batch.rows() <= batchRows);
                for (int i = 0; i < batch.images().size(); i++) {
                    byte[] file = photos.get(expected).read();
                    ImageBatch.DecodedImage image = batch.images().get(i);
                    assertEquals(expected++, image.index());
                    assertEquals(Sha256.of(file), image.sha256());
                    for (int k = 0; k < augmentation.views(); k++) {
                        View view = augmentation.view(image.sha256(), k);
                        assertArrayEquals(expected(file, view), row(batch, i * augmentation.views() + k));
                    }
                }
                batch.release();
            }
            assertTrue(pipeline.next().isEmpty());
            PipelineTimes times = pipeline.times();
            assertTrue(times.read() > 0 && times.decode() > 0 && times.resize() > 0);
        }
        assertEquals(23, expected);
    }

    @Test
    void reportsBadImagesAndClosesTheGaps() throws Exception {
        List<PhotoFile> photos = new ArrayList<>(photos(9));
        Files.writeString(photos.get(0).path(), "no photo");
        Files.delete(photos.get(4).path());
        Files.write(photos.get(5).path(), new byte[0]);
        photos.set(7, new PhotoFile(root));
        List<ImageBatch.Failure> failures = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(4, 2, 2), true)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                failures.addAll(batch.failures());
                for (int i = 0; i < batch.rows(); i++) {
                    int index = batch.images().get(i).index();
                    indexes.add(index);
                    assertArrayEquals(expected(photos.get(index).read(), View.PLAIN), row(batch, i));
                }
                batch.release();
            }
        }
        assertEquals(List.of(1, 2, 3, 6, 8), indexes);
        assertEquals(
                List.of(
                        new ImageBatch.Failure(
                                0,
                                Sha256.of("no photo".getBytes(StandardCharsets.UTF_8)),
                                "not an image of a known format"),
                        new ImageBatch.Failure(4, "", "no such file"),
                        new ImageBatch.Failure(5, Sha256.of(new byte[0]), "empty file"),
                        new ImageBatch.Failure(7, "", "is a directory")),
                failures);
    }

    /** A file that any Linux has, and whose reading fails with EIO at its beginning. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void endsWhereStorageFailsAndCountsNoPhotoAsBad() throws Exception {
        List<PhotoFile> photos = new ArrayList<>(photos(9));
        photos.set(6, new PhotoFile(Path.of("/proc/self/mem")));
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(4, 2, 3), true)) {
            StorageException e = assertThrows(StorageException.class, () -> {
                for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                    ImageBatch batch = next.get();
                    assertEquals(List.of(), batch.failures());
                    batch.release();
                }
            });
            assertEquals(ExitCode.DATA, e.exitCode());
            assertTrue(e.getMessage().startsWith("Reading '/proc/self/mem' failed ("), e.getMessage());
        }
        assertThrows(StorageException.class, () -> ContentHashes.of(photos));
    }

    @Test
    void runsAheadOnlyAsFarAsThereAreBuffers() throws Exception {
        List<PhotoFile> photos = photos(12);
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(2, 2, 2), true)) {
            ImageBatch first = pipeline.next().orElseThrow();
            ImageBatch second = pipeline.next().orElseThrow();
            Thread consumer = new Thread(() -> assertThrows(InterruptedException.class, pipeline::next));
            consumer.start();
            consumer.join(200);
            assertTrue(consumer.isAlive(), "a third batch without a buffer");
            consumer.interrupt();
            consumer.join();
            second.release();
            second.release();
            ImageBatch third = pipeline.next().orElseThrow();
            assertEquals(4, third.images().get(0).index());
            assertTrue(pipeline.times().waitForBuffer() > 0);
            first.release();
            third.release();
        }
    }

    @Test
    void closesAtAnyTime() throws Exception {
        List<PhotoFile> photos = photos(40);
        for (int taken = 0; taken < 6; taken++) {
            ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(4, 3, 2), true);
            for (int i = 0; i < taken; i++) {
                pipeline.next().orElseThrow().release();
            }
            assertTimeoutPreemptively(Duration.ofSeconds(10), pipeline::close);
            pipeline.close();
            assertThrows(IllegalStateException.class, pipeline::next);
        }
        assertEquals(
                0,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("decoder-"))
                        .count());
    }

    @Test
    void keepsNoNativeMemory() throws Exception {
        List<PhotoFile> photos = photos(50);
        run(photos);
        long before = Pointer.totalBytes();
        for (int i = 0; i < 5; i++) {
            run(photos);
        }
        assertEquals(before, Pointer.totalBytes());
    }

    private void run(List<PhotoFile> photos) throws InterruptedException {
        Augmentation augmentation = Augmentation.of(Augment.STANDARD, 0, 1);
        try (ImagePipeline pipeline = new ImagePipeline(decoder, augmentation, photos, new Capacity(8, 2, 2), true)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                batch.release();
            }
        }
    }

    @Test
    void givesNothingForNoImages() throws Exception {
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, List.of(), new Capacity(4, 2, 2), true)) {
            assertTrue(pipeline.next().isEmpty());
        }
    }

    private List<PhotoFile> photos(int count) throws IOException {
        List<PhotoFile> photos = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] png = PngBuilder.rgb(20 + i, 18, PngBuilder.noise(20 + i, 18, i));
            photos.add(new PhotoFile(Files.write(root.resolve(i + ".png"), png)));
        }
        return photos;
    }

    private float[] expected(byte[] file, View view) throws IOException {
        try (FloatPointer pixels = new FloatPointer((long) PREPROCESSING.valuesPerImage())) {
            new ImageDecoder(PREPROCESSING, ImageDecoder.DEFAULT_MAX_PIXELS).decode(file, List.of(view), pixels);
            float[] values = new float[PREPROCESSING.valuesPerImage()];
            pixels.get(values);
            return values;
        }
    }

    private static float[] row(ImageBatch batch, int row) {
        float[] values = new float[PREPROCESSING.valuesPerImage()];
        new FloatPointer(batch.pixels()).getPointer((long) row * values.length).get(values);
        return values;
    }
}

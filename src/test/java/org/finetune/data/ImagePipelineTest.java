package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.PngBuilder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ImagePipelineTest {
    private static final Preprocessing PREPROCESSING = new Preprocessing(16);

    private final ImageDecoder decoder = new ImageDecoder(PREPROCESSING);

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 3, 2", "7, 4, 3", "64, 2, 2", "9, 8, 1"})
    void givesAllRowsInOrder(int batchRows, int threads, int buffers) throws Exception {
        List<Path> images = images(23);
        Augmentation augmentation = batchRows == 1 ? Augmentation.NONE : Augmentation.of(Augment.FLIP, 0, 1);
        int next = 0;
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, augmentation, images, batchRows, threads, buffers, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                assertEquals(List.of(), batch.failures());
                assertTrue(batch.rows() <= batchRows);
                for (int i = 0; i < batch.images().size(); i++) {
                    byte[] file = Files.readAllBytes(images.get(next));
                    ImageBatch.DecodedImage image = batch.images().get(i);
                    assertEquals(next++, image.index());
                    assertEquals(PhotoFile.sha256(file), image.sha256());
                    for (int k = 0; k < augmentation.views(); k++) {
                        View view = augmentation.view(image.sha256(), k);
                        assertArrayEquals(expected(file, view), row(batch, i * augmentation.views() + k));
                    }
                }
                batch.release();
            }
            assertNull(pipeline.next());
            PipelineTimes times = pipeline.times();
            assertTrue(times.read() > 0 && times.decode() > 0 && times.resize() > 0);
        }
        assertEquals(23, next);
    }

    @Test
    void reportsBadImagesAndClosesTheGaps() throws Exception {
        List<Path> images = new ArrayList<>(images(9));
        Files.writeString(images.get(0), "no image");
        Files.delete(images.get(4));
        Files.write(images.get(5), new byte[0]);
        images.set(7, root);
        List<ImageBatch.Failure> failures = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        try (ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, images, 4, 2, 2, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                failures.addAll(batch.failures());
                for (int i = 0; i < batch.rows(); i++) {
                    int index = batch.images().get(i).index();
                    indexes.add(index);
                    assertArrayEquals(expected(Files.readAllBytes(images.get(index)), View.PLAIN), row(batch, i));
                }
                batch.release();
            }
        }
        assertEquals(List.of(1, 2, 3, 6, 8), indexes);
        assertEquals(
                List.of(
                        new ImageBatch.Failure(
                                0,
                                PhotoFile.sha256("no image".getBytes(StandardCharsets.UTF_8)),
                                "not an image of a known format"),
                        new ImageBatch.Failure(4, "", "no such file"),
                        new ImageBatch.Failure(5, PhotoFile.sha256(new byte[0]), "empty file"),
                        new ImageBatch.Failure(7, "", "is a directory")),
                failures);
    }

    @Test
    void runsAheadOnlyAsFarAsThereAreBuffers() throws Exception {
        List<Path> images = images(12);
        try (ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, images, 2, 2, 2, true)) {
            ImageBatch first = pipeline.next();
            ImageBatch second = pipeline.next();
            Thread consumer = new Thread(() -> assertThrows(InterruptedException.class, pipeline::next));
            consumer.start();
            consumer.join(200);
            assertTrue(consumer.isAlive(), "a third batch without a buffer");
            consumer.interrupt();
            consumer.join();
            second.release();
            second.release();
            ImageBatch third = pipeline.next();
            assertEquals(4, third.images().get(0).index());
            assertTrue(pipeline.times().waitForBuffer() > 0);
            first.release();
            third.release();
        }
    }

    @Test
    void closesAtAnyTime() throws Exception {
        List<Path> images = images(40);
        for (int taken = 0; taken < 6; taken++) {
            ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, images, 4, 3, 2, true);
            for (int i = 0; i < taken; i++) {
                pipeline.next().release();
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
        List<Path> images = images(50);
        run(images);
        long before = Pointer.totalBytes();
        for (int i = 0; i < 5; i++) {
            run(images);
        }
        assertEquals(before, Pointer.totalBytes());
    }

    private void run(List<Path> images) throws InterruptedException {
        Augmentation augmentation = Augmentation.of(Augment.STANDARD, 0, 1);
        try (ImagePipeline pipeline = new ImagePipeline(decoder, augmentation, images, 8, 2, 2, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batch.release();
            }
        }
    }

    @Test
    void givesNothingForNoImages() throws Exception {
        try (ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, List.of(), 4, 2, 2, true)) {
            assertNull(pipeline.next());
        }
    }

    private List<Path> images(int count) throws IOException {
        List<Path> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] png = PngBuilder.rgb(20 + i, 18, PngBuilder.noise(20 + i, 18, i));
            images.add(Files.write(root.resolve(i + ".png"), png));
        }
        return images;
    }

    private float[] expected(byte[] file, View view) throws IOException {
        try (FloatPointer pixels = new FloatPointer((long) PREPROCESSING.valuesPerImage())) {
            new ImageDecoder(PREPROCESSING).decode(file, view, pixels);
            float[] values = new float[PREPROCESSING.valuesPerImage()];
            pixels.get(values);
            return values;
        }
    }

    private static float[] row(ImageBatch batch, int row) {
        float[] values = new float[PREPROCESSING.valuesPerImage()];
        batch.pixels().getPointer((long) row * values.length).get(values);
        return values;
    }
}

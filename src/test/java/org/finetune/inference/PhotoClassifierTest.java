package org.finetune.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@link PhotoClassifier} promises, against the classifier of lists, which runs other batches on other threads. */
@Timeout(120)
class PhotoClassifierTest {
    private static final int SIZE = 96;
    private static final List<String> CLASSES = List.of("a", "b", "c", "d");
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    private static Path directory;

    private static SavedModel model;
    private static List<Path> photos;
    private static Map<Path, float[]> expected;
    private static PhotoClassifier classifier;

    @BeforeAll
    static void createModelAndPhotos() throws IOException {
        Architecture architecture = Architecture.of(0.35, SIZE);
        model = new SavedModel(
                architecture,
                CLASSES,
                0,
                new Preprocessing(SIZE).toMap(),
                RandomWeights.of(architecture.network(CLASSES.size()), 3));
        try (Stream<Path> files = Files.walk(PhotoFolder.create(directory.resolve("photos"), 6, 1))) {
            photos = files.filter(Files::isRegularFile).sorted().toList();
        }
        classifier = PhotoClassifier.of(model, PhotoClassifier.Options.defaults());
        expected = new HashMap<>();
        classifier
                .lists()
                .classify(
                        photos.stream().map(PhotoFile::new).toList(),
                        result -> expected.put(photos.get(result.photo()), result.probabilities()));
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    private static byte[] bytes(Path photo) throws IOException {
        return Files.readAllBytes(photo);
    }

    private static void assertPredicts(Path photo, Prediction actual) {
        float[] all = expected.get(photo);
        List<ClassProbability> ranked = ClassProbability.ranked(CLASSES, all, CLASSES.size());
        assertEquals(ranked.get(0).label(), actual.label());
        assertEquals(ranked.get(0).probability(), actual.probability(), TOLERANCE);
        for (ClassProbability candidate : actual.classes()) {
            assertEquals(all[CLASSES.indexOf(candidate.label())], candidate.probability(), TOLERANCE);
        }
        assertEquals(actual.classes().subList(0, 2), actual.top(2));
        assertEquals(actual.classes(), actual.top(100));
    }

    @Test
    void pathsStreamsAndImagesGiveTheSame() throws Exception {
        for (Path photo : photos.subList(0, 3)) {
            assertPredicts(photo, classifier.classify(photo));
            assertPredicts(photo, classifier.classify(new ByteArrayInputStream(bytes(photo))));
            assertPredicts(photo, classifier.classify(ImageIO.read(photo.toFile())));
            BufferedImage packed = ImageIO.read(photo.toFile());
            BufferedImage rgb = new BufferedImage(packed.getWidth(), packed.getHeight(), BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = rgb.createGraphics();
            graphics.drawImage(packed, 0, 0, null);
            graphics.dispose();
            assertPredicts(photo, classifier.classify(rgb));
        }
        assertEquals(CLASSES, classifier.labels());
        assertEquals(SIZE, classifier.inputSize());
    }

    /** Of decoding, the first photo's fails; of classifying, the first batch's. */
    @Test
    void errorFailsItsPhotoAndNothingElse() throws Exception {
        AtomicInteger decoded = new AtomicInteger();
        AtomicInteger classified = new AtomicInteger();
        ClassifierListener failing = new ClassifierListener() {
            @Override
            public void decoded(long nanos) {
                if (decoded.getAndIncrement() == 0) {
                    throw new StackOverflowError();
                }
            }

            @Override
            public void classified(int images, long nanos) {
                if (classified.getAndIncrement() == 0) {
                    throw new LinkageError();
                }
            }
        };
        try (PhotoClassifier fragile =
                PhotoClassifier.of(model, PhotoClassifier.Options.defaults().withListener(failing))) {
            CompletionException failed =
                    assertThrows(CompletionException.class, () -> fragile.submit(bytes(photos.get(0)), false)
                            .join());
            assertInstanceOf(StackOverflowError.class, failed.getCause());
            for (Path photo : photos.subList(0, 3)) {
                assertPredicts(photo, fragile.classify(photo));
            }
        }
        assertEquals(4, decoded.get());
        assertEquals(3, classified.get());
    }

    @Test
    void grayAndTransparentImagesAreTakenAsTheirPngFiles() throws Exception {
        for (int type :
                List.of(BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_INT_ARGB)) {
            BufferedImage image = new BufferedImage(90, 70, type);
            for (int y = 0; y < 70; y++) {
                for (int x = 0; x < 90; x++) {
                    image.setRGB(x, y, (x * 2 << 24) | (x * 0x020103 + y * 0x010301));
                }
            }
            Path file = directory.resolve(type + ".png");
            ImageIO.write(image, "png", file.toFile());
            assertEquals(classifier.classify(file), classifier.classify(image));
        }
    }

    @Test
    void photosThatComeTogetherShareBatchesAndGiveTheSame() throws Exception {
        Queue<Integer> batches = new ConcurrentLinkedQueue<>();
        PhotoClassifier.Options options = PhotoClassifier.Options.defaults()
                .withBatches(8, Duration.ofSeconds(1))
                .withListener(new ClassifierListener() {
                    @Override
                    public void classified(int images, long nanos) {
                        batches.add(images);
                    }
                });
        try (PhotoClassifier shared = PhotoClassifier.of(model, options)) {
            List<CompletableFuture<Classification>> results = new ArrayList<>();
            for (Path photo : photos) {
                results.add(shared.submit(bytes(photo), false));
            }
            for (int i = 0; i < photos.size(); i++) {
                assertArrayEquals(
                        expected.get(photos.get(i)), results.get(i).join().probabilities(), TOLERANCE);
            }
        }
        assertEquals(photos.size(), batches.stream().mapToInt(Integer::intValue).sum());
        assertTrue(batches.stream().allMatch(size -> size <= 8), batches.toString());
        assertTrue(batches.contains(8), batches.toString());
    }

    @Test
    void badPhotosSayWhyAndOthersAreAnswered() throws Exception {
        byte[] photo = bytes(photos.get(0));
        byte[] cut = java.util.Arrays.copyOf(photo, photo.length / 2);
        CompletableFuture<Classification> bad = classifier.submit(cut, false);
        CompletableFuture<Classification> good = classifier.submit(photo, false);
        assertArrayEquals(expected.get(photos.get(0)), good.join().probabilities(), TOLERANCE);
        assertTrue(bad.isCompletedExceptionally()
                || bad.handle((ok, failure) -> failure != null).join());
        IOException failure = assertThrows(IOException.class, () -> classifier.classify(cut));
        assertEquals("truncated PNG", failure.getMessage());
        assertThrows(IOException.class, () -> classifier.classify(directory.resolve("none.jpg")));
        assertThrows(IOException.class, () -> classifier.classify(new byte[0]));
    }

    @Test
    void preparedImagesAndMapsAreThoseOfTheList() throws Exception {
        Path photo = photos.get(1);
        try (FloatPointer pixels = new FloatPointer(3L * SIZE * SIZE)) {
            classifier.decoder().decode(bytes(photo), List.of(View.PLAIN), pixels);
            float[] values = new float[3 * SIZE * SIZE];
            pixels.get(values);
            assertArrayEquals(
                    expected.get(photo), classifier.submit(values).join().probabilities(), TOLERANCE);
        }
        List<Classification> explained = new ArrayList<>();
        classifier.lists().explain(List.of(new PhotoFile(photo)), explained::add);
        assertArrayEquals(
                explained.get(0).map().orElseThrow().values(),
                classifier.submit(bytes(photo), true).join().map().orElseThrow().values(),
                1e-4f);
    }

    @Test
    void cancelledPhotosAreNotClassifiedAndCloseWaitsForTheOthers() throws Exception {
        CountDownLatch decoding = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<Integer> batches = new ConcurrentLinkedQueue<>();
        PhotoClassifier.Options options = PhotoClassifier.Options.defaults()
                .withThreads(1)
                .withListener(new ClassifierListener() {
                    @Override
                    public void decoded(long nanos) {
                        decoding.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void classified(int images, long nanos) {
                        batches.add(images);
                    }
                });
        PhotoClassifier closing = PhotoClassifier.of(model, options);
        CompletableFuture<Classification> first = closing.submit(bytes(photos.get(0)), false);
        decoding.await();
        CompletableFuture<Classification> second = closing.submit(bytes(photos.get(1)), false);
        CompletableFuture<Classification> third = closing.submit(bytes(photos.get(2)), false);
        second.cancel(false);
        goOn.countDown();
        closing.close();
        assertTrue(first.isDone() && third.isDone(), "They were submitted before");
        assertArrayEquals(expected.get(photos.get(2)), third.join().probabilities(), TOLERANCE);
        assertEquals(2, batches.stream().mapToInt(Integer::intValue).sum());
        assertThrows(IllegalStateException.class, () -> closing.classify(photos.get(0)));
    }
}

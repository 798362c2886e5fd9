package org.finetune.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.PixelType;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single photos and lists of them on a stand-in for a GPU, against the CPU. */
class GpuPhotosTest {
    private static final int SIZE = 64;
    private static final Preprocessing PREPROCESSING = new Preprocessing(SIZE);
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, SIZE);
    private static final SavedModel MODEL = new SavedModel(
            ARCHITECTURE,
            List.of("a", "b", "c"),
            0,
            PREPROCESSING.toMap(),
            RandomWeights.of(ARCHITECTURE.network(3), 3));
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    private Path directory;

    private List<Path> photos;
    private Map<Path, float[]> expected;

    private static void start(BackendType type) {
        Engines.start(new BackendOptions(type, Optional.empty(), 0), SelfCheck.NETWORK, notice -> {});
    }

    @BeforeEach
    void classifyOnTheCpu() throws Exception {
        StandInDriver.configure("");
        start(BackendType.CPU);
        try (Stream<Path> files = Files.walk(PhotoFolder.create(directory.resolve("photos"), 2, 1))) {
            photos = files.filter(Files::isRegularFile).sorted().toList();
        }
        try (PhotoClassifier classifier = PhotoClassifier.of(MODEL, PhotoClassifier.Options.defaults())) {
            expected = classified(classifier);
        }
        start(BackendType.CUDA);
        assertEquals(PixelType.UINT8, Engines.pixels());
    }

    @AfterEach
    void useTheCpu() {
        start(BackendType.CPU);
    }

    private Map<Path, float[]> classified(PhotoClassifier classifier) {
        Map<Path, float[]> results = new HashMap<>();
        classifier
                .lists()
                .classify(
                        photos.stream().map(PhotoFile::new).toList(),
                        result -> results.put(photos.get(result.photo()), result.probabilities()));
        return results;
    }

    private static float[] prepared(byte[] file) throws Exception {
        float[] values = new float[PREPROCESSING.valuesPerImage()];
        try (FloatPointer pixels = new FloatPointer(values.length)) {
            new ImageDecoder(PREPROCESSING, ImageDecoder.DEFAULT_MAX_PIXELS).decode(file, List.of(View.PLAIN), pixels);
            pixels.get(values);
        }
        return values;
    }

    /** The GPU scales the bytes of photos; prepared images are scaled. */
    @Test
    void photosListsAndPreparedImagesGiveTheSame() throws Exception {
        try (PhotoClassifier classifier = PhotoClassifier.of(MODEL, PhotoClassifier.Options.defaults())) {
            Map<Path, float[]> inList = classified(classifier);
            List<CompletableFuture<Classification>> results = new ArrayList<>();
            for (Path photo : photos) {
                byte[] file = Files.readAllBytes(photo);
                results.add(classifier.submit(file, true));
                results.add(classifier.submit(prepared(file)));
            }
            for (int i = 0; i < results.size(); i++) {
                Path photo = photos.get(i / 2);
                float[] found = results.get(i).join().probabilities();
                assertArrayEquals(expected.get(photo), found, TOLERANCE);
                assertArrayEquals(inList.get(photo), found);
            }
            assertEquals(2 * 2, results.get(0).join().map().orElseThrow().values().length);
        }
        assertTrue(StandInDriver.launches("scale_pixels") > 0, "Nothing was uploaded as bytes");
    }
}

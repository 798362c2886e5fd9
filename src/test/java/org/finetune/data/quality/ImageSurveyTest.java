package org.finetune.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.Augmentation;
import org.finetune.data.Dataset;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.Preprocessing;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSurveyTest {
    private static final int SIZE = 96;
    private static final long MAX_PIXELS = 1 << 20;
    private static final int PER_CLASS = 20;
    /** Images after which a sign of life is due; some seconds for large photos on a slow machine. */
    private static final long SOON = 8;

    @Test
    void progressShowsSoonAndOften(@TempDir Path directory) throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), PER_CLASS, 1);
        List<Long> heard = new ArrayList<>();
        ImageSurvey survey = ImageSurvey.of(PhotoDirectory.forTraining(photos, 0.2), MAX_PIXELS, 2, heard::add);
        assertEquals(survey.images().size(), heard.get(heard.size() - 1));
        long before = 0;
        for (long done : heard) {
            assertTrue(done > before && done - before <= SOON, heard.toString());
            before = done;
        }
    }

    /** A run that goes on surveys what it decoded before it was stopped, and has to come to the same report. */
    @Test
    void describesImagesAsARunOfTheSameSizeDoes(@TempDir Path directory) throws Exception {
        Dataset data = PhotoDirectory.forTraining(PhotoFolder.create(directory, 24, 1), 0.2);
        List<ImageInfo> decoded = new ArrayList<>();
        List<Path> paths = data.train().stream().map(LabeledPhoto::path).toList();
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(SIZE), MAX_PIXELS);
        try (ImagePipeline pipeline = new ImagePipeline(decoder, Augmentation.NONE, paths, 8, 2, 2, true)) {
            for (ImageBatch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batch.images().forEach(image -> decoded.add(image.traits()));
                batch.release();
            }
        }
        assertEquals(decoded, survey(data, SIZE));
        assertNotEquals(decoded, survey(data, 64), "The size makes no difference");
    }

    private static List<ImageInfo> survey(Dataset data, int size) {
        return ImageSurvey.of(data.train(), List.of(), size, MAX_PIXELS, 2, done -> {}).images().stream()
                .map(CheckedPhoto::traits)
                .toList();
    }
}

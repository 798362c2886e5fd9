package org.finetune.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune.data.Augmentation;
import org.finetune.data.Dataset;
import org.finetune.data.ImageBatch;
import org.finetune.data.ImagePipeline;
import org.finetune.data.ImagePipeline.Capacity;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.SplitRule;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.Preprocessing;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoCheckTest {
    private static final int SIZE = 96;
    private static final long MAX_PIXELS = 1 << 20;
    private static final int PER_CLASS = 20;
    /** Images after which a sign of life is due; some seconds for large photos on a slow machine. */
    private static final long SOON = 8;

    @Test
    void progressShowsSoonAndOften(@TempDir Path directory) throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), PER_CLASS, 1);
        List<Long> heard = new ArrayList<>();
        PhotoCheck check = PhotoCheck.of(
                new PhotoDirectory(photos).forTraining(SplitRule.byContent(0.2), (done, total) -> {}),
                MAX_PIXELS,
                2,
                heard::add);
        assertEquals(check.checked().size(), heard.get(heard.size() - 1));
        long before = 0;
        for (long done : heard) {
            assertTrue(done > before && done - before <= SOON, heard.toString());
            before = done;
        }
    }

    /** A run that goes on checks what it decoded before it was stopped, and has to come to the same report. */
    @Test
    void describesImagesAsARunOfTheSameSizeDoes(@TempDir Path directory) throws Exception {
        Dataset data = new PhotoDirectory(PhotoFolder.create(directory, 24, 1))
                .forTraining(SplitRule.byContent(0.2), (done, total) -> {});
        List<ImageInfo> decoded = new ArrayList<>();
        List<Photo> photos = data.train().stream().map(LabeledPhoto::photo).toList();
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(SIZE), MAX_PIXELS);
        try (ImagePipeline pipeline =
                new ImagePipeline(decoder, Augmentation.NONE, photos, new Capacity(8, 2, 2), true)) {
            for (Optional<ImageBatch> next = pipeline.next(); next.isPresent(); next = pipeline.next()) {
                ImageBatch batch = next.get();
                batch.images().forEach(image -> decoded.add(image.info()));
                batch.release();
            }
        }
        assertEquals(decoded, described(data, SIZE));
        assertNotEquals(decoded, described(data, 64), "The size makes no difference");
    }

    private static List<ImageInfo> described(Dataset data, int size) {
        return PhotoCheck.of(data.train(), List.of(), new Preprocessing(size), MAX_PIXELS, 2, done -> {})
                .checked()
                .stream()
                .map(photo -> photo.info().orElseThrow())
                .toList();
    }
}

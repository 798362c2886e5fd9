package org.finetune.data.hygiene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.ImageFolder;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSurveyTest {
    private static final int PER_CLASS = 20;
    /** Images after which a sign of life is due; some seconds for large photos on a slow machine. */
    private static final long SOON = 8;

    @Test
    void progressShowsSoonAndOften(@TempDir Path directory) throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), PER_CLASS, 1);
        List<Long> heard = new ArrayList<>();
        ImageSurvey survey = ImageSurvey.of(ImageFolder.forTraining(photos, 0.2), 1_000_000, 2, heard::add);
        assertEquals(survey.images().size(), heard.get(heard.size() - 1));
        long before = 0;
        for (long done : heard) {
            assertTrue(done > before && done - before <= SOON, heard.toString());
            before = done;
        }
    }
}

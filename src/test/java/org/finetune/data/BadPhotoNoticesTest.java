package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BadPhotoNoticesTest {
    private static List<String> lines(int images) {
        List<String> lines = new ArrayList<>();
        BadPhotoNotices notices = new BadPhotoNotices(lines::add);
        for (int i = 0; i < images; i++) {
            notices.add(new BadPhoto("photo" + i, "empty"));
        }
        notices.finish("which a file lists");
        return lines;
    }

    @Test
    void fewAreNamed() {
        assertEquals(List.of("skipped 'photo0': empty", "skipped 'photo1': empty"), lines(2));
        assertEquals(20, lines(20).size());
    }

    @Test
    void manyAreCounted() {
        List<String> lines = lines(100_000);
        assertEquals(21, lines.size());
        assertEquals("skipped 'photo19': empty", lines.get(19));
        assertEquals("skipped 99980 more photos, which a file lists", lines.get(20));
        assertEquals("skipped 1 more photo, which a file lists", lines(21).get(20));
    }
}

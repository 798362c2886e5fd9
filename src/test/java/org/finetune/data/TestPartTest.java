package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPartTest {
    private static final int PHOTOS = 200;

    @TempDir
    private Path root;

    @BeforeEach
    void writePhotos() throws Exception {
        for (String name : List.of("cats", "dogs")) {
            Files.createDirectory(root.resolve(name));
            for (int i = 0; i < PHOTOS; i++) {
                Files.writeString(root.resolve(name).resolve(i + ".jpg"), name + i);
            }
        }
        Files.writeString(root.resolve("cats/copy.jpg"), "cats7");
    }

    private Dataset data() {
        return new PhotoDirectory(root).forTraining(SplitRule.byContent(0.2), (done, total) -> {});
    }

    @Test
    void theValidationPhotosStayAndTheOthersAreDivided() {
        Dataset whole = data();
        Dataset divided = TestPart.keep(whole, 0.25);
        assertEquals(whole.validation(), divided.validation());
        Set<LabeledPhoto> both = new HashSet<>(divided.train());
        both.addAll(divided.test());
        assertEquals(new HashSet<>(whole.train()), both);
        assertEquals(
                whole.train().size(), divided.train().size() + divided.test().size());
        for (int label = 0; label < 2; label++) {
            int wanted = label;
            long kept = divided.test().stream()
                    .filter(photo -> photo.label() == wanted)
                    .count();
            assertEquals(0.25, kept / (double) PHOTOS, 0.08);
        }
        assertSame(whole, TestPart.keep(whole, 0));
    }

    @Test
    void copiesStayTogetherAndAPhotoStaysWhereItWas() throws Exception {
        Dataset before = TestPart.keep(data(), 0.4);
        Set<String> names =
                before.test().stream().map(photo -> photo.photo().fileName()).collect(Collectors.toSet());
        boolean first =
                before.test().stream().anyMatch(photo -> photo.photo().id().endsWith("cats/7.jpg"));
        assertEquals(first, names.contains("copy.jpg"));
        Files.writeString(root.resolve("cats/new.jpg"), "new");
        Dataset after = TestPart.keep(data(), 0.4);
        assertTrue(after.test().containsAll(before.test()));
    }

    @Test
    void aClassIsNotTakenWhole() throws Exception {
        Files.createDirectory(root.resolve("rare"));
        for (int i = 0; i < 3; i++) {
            Files.writeString(root.resolve("rare").resolve(i + ".jpg"), "rare" + i);
        }
        Dataset divided = TestPart.keep(data(), 0.79);
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            assertTrue(divided.train().stream().anyMatch(photo -> photo.label() == wanted));
        }
        assertFalse(divided.testPart().validation().isEmpty());
    }
}

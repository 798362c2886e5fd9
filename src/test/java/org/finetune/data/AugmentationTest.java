package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.View;
import org.finetune.hash.Sha256;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final String HASH = Sha256.of(new byte[] {1});

    @Test
    void simpleKindsHaveFixedViews() {
        assertEquals(List.of(View.PLAIN), Augmentation.of(Augment.NONE, 0, 1).views(HASH));
        assertEquals(
                List.of(View.PLAIN, View.MIRRORED),
                Augmentation.of(Augment.FLIP, 0, 1).views(HASH));
        FinetuneException e = assertThrows(FinetuneException.class, () -> Augmentation.of(Augment.FLIP, 3, 1));
        assertEquals(ExitCode.USAGE, e.exitCode());
    }

    @Test
    void viewsDependOnSeedContentAndNumberAlone() {
        Augmentation augmentation = Augmentation.of(Augment.STANDARD, 0, 7);
        List<View> views = augmentation.views(HASH);
        assertEquals(4, views.size());
        assertEquals(View.PLAIN, views.get(0));
        assertEquals(views, Augmentation.of(Augment.STANDARD, 4, 7).views(HASH));
        assertEquals(views, Augmentation.of(Augment.STANDARD, 9, 7).views(HASH).subList(0, 4));
        assertNotEquals(views.get(1), views.get(2));
        assertNotEquals(views.get(1), Augmentation.of(Augment.STANDARD, 4, 8).view(HASH, 1));
        assertNotEquals(views.get(1), augmentation.view(Sha256.of(new byte[] {2}), 1));
    }

    /** The view was computed apart, from the documented generator of {@link java.util.Random}. */
    @Test
    void viewsNeverChangeBetweenVersions() {
        View view = Augmentation.of(Augment.STANDARD, 0, 42).view("0123456789abcdef".repeat(4), 1);
        assertTrue(view.mirrored());
        assertEquals(0.098762758576, view.left(), 1e-12);
        assertEquals(0.104082374860, view.top(), 1e-12);
        assertEquals(0.880628470686, view.width(), 1e-12);
        assertEquals(0.889814361091, view.height(), 1e-12);
        assertEquals(0.886292949014, view.brightness(), 1e-12);
        assertEquals(1.084820637002, view.contrast(), 1e-12);
        assertEquals(1.178535959142, view.saturation(), 1e-12);
    }

    @Test
    void standardViewsSpreadOverTheirRanges() {
        Augmentation augmentation = Augmentation.of(Augment.STANDARD, 2, 3);
        int count = 2000;
        double area = 0;
        double minArea = 1;
        double mirrored = 0;
        double minAspect = 1;
        double maxAspect = 1;
        double brightness = 0;
        double centerX = 0;
        for (int i = 0; i < count; i++) {
            View view = augmentation.view(Sha256.of(new byte[] {(byte) i, (byte) (i >> 8)}), 1);
            double aspect = view.width() / view.height();
            minArea = Math.min(minArea, view.width() * view.height());
            area += view.width() * view.height() / count;
            minAspect = Math.min(minAspect, aspect);
            maxAspect = Math.max(maxAspect, aspect);
            mirrored += view.mirrored() ? 1.0 / count : 0;
            brightness += view.brightness() / count;
            centerX += (view.left() + view.width() / 2) / count;
            assertTrue(view.contrast() >= 0.8 && view.contrast() <= 1.2);
            assertTrue(view.saturation() >= 0.8 && view.saturation() <= 1.2);
        }
        assertTrue(minArea >= 0.5 && minArea < 0.51);
        assertTrue(area > 0.65 && area < 0.8);
        assertTrue(minAspect >= 0.75 && minAspect < 0.77 && maxAspect <= 1.3334 && maxAspect > 1.3);
        assertEquals(0.5, mirrored, 0.05);
        assertEquals(1, brightness, 0.02);
        assertEquals(0.5, centerX, 0.01);
    }
}

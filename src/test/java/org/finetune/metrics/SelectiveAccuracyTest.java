package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.finetune.metrics.SelectiveAccuracy.Point;
import org.junit.jupiter.api.Test;

class SelectiveAccuracyTest {

    private static LabeledPrediction prediction(float confidence, boolean right) {
        return new LabeledPrediction("photo", "", right ? 0 : 1, new float[] {confidence, 1 - confidence});
    }

    /** Photos of which the first are the most certain. */
    private static List<LabeledPrediction> photos(int right, int wrong, int rightAfter) {
        List<LabeledPrediction> photos = new ArrayList<>();
        for (int i = 0; i < right + wrong + rightAfter; i++) {
            photos.add(prediction(1 - i * 0.001f, i < right || i >= right + wrong));
        }
        return photos;
    }

    @Test
    void eachThresholdAnswersThePhotosThatReachIt() {
        Random random = new Random(1);
        List<LabeledPrediction> photos = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            float confidence = 0.5f + random.nextInt(40) / 80f;
            photos.add(prediction(confidence, random.nextFloat() < confidence));
        }
        SelectiveAccuracy curve = SelectiveAccuracy.of(photos);
        for (Point point : curve.points()) {
            List<LabeledPrediction> answered = photos.stream()
                    .filter(photo -> photo.confidence() >= point.threshold())
                    .toList();
            assertEquals(answered.size(), point.answered());
            assertEquals(answered.stream().filter(LabeledPrediction::correct).count(), point.hits());
        }
        assertEquals(new Point(0, 300, hits(photos)), curve.points().get(0));
        assertEquals(
                photos.stream().map(LabeledPrediction::confidence).distinct().count(),
                curve.points().size());
    }

    private static int hits(List<LabeledPrediction> photos) {
        return (int) photos.stream().filter(LabeledPrediction::correct).count();
    }

    @Test
    void proposesTheLowestThresholdThatReachesTheAccuracy() {
        SelectiveAccuracy curve = SelectiveAccuracy.of(photos(95, 10, 0));
        assertEquals(new Point(0.9, 100, 95), rounded(curve.proposed(0.95).orElseThrow()));
        assertEquals(Optional.empty(), curve.proposed(0.99));
    }

    private static Point rounded(Point point) {
        return new Point(Math.round(point.threshold() * 100) / 100.0, point.answered(), point.hits());
    }

    @Test
    void proposesNothingByTooFewPhotos() {
        assertEquals(Optional.empty(), SelectiveAccuracy.of(photos(49, 0, 0)).proposed(0.95));
        assertEquals(
                0,
                SelectiveAccuracy.of(photos(50, 0, 0))
                        .proposed(0.95)
                        .orElseThrow()
                        .threshold());
        assertEquals(Optional.empty(), SelectiveAccuracy.of(photos(99, 0, 0)).proposed(0.99));
        assertEquals(
                100,
                SelectiveAccuracy.of(photos(99, 1, 0))
                        .proposed(0.99)
                        .orElseThrow()
                        .answered());
    }

    @Test
    void withoutPhotosThereIsNothingToPropose() {
        assertEquals(Optional.empty(), SelectiveAccuracy.of(List.of()).proposed(0.95));
    }
}

package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureDistanceTest {
    private static final int CHANNELS = 6;
    private static final int CLASSES = 3;
    private static final int PHOTOS = 60;

    private final Random random = new Random(3);

    /** Features around the axis of the class. */
    private float[] photo(int label) {
        float[] features = new float[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            features[channel] = random.nextFloat() + (channel == label ? 4 : 0);
        }
        return features;
    }

    private static double[] unit(float[] features) {
        double length = Math.sqrt(IntStream.range(0, features.length)
                .mapToDouble(i -> features[i] * (double) features[i])
                .sum());
        return IntStream.range(0, features.length)
                .mapToDouble(i -> features[i] / length)
                .toArray();
    }

    @Test
    void distanceIsMahalanobisToTheNearestClass() {
        List<float[]> photos = new ArrayList<>();
        FeatureDistance.Learner learner = new FeatureDistance.Learner(CLASSES);
        for (int i = 0; i < PHOTOS; i++) {
            photos.add(photo(i % CLASSES));
            learner.add(i % CLASSES, photos.get(i));
        }
        FeatureDistance distance = learner.distance();
        double[][] means = new double[CLASSES][CHANNELS];
        for (int i = 0; i < PHOTOS; i++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                means[i % CLASSES][channel] += unit(photos.get(i))[channel] / (PHOTOS / CLASSES);
            }
        }
        double[] variances = new double[CHANNELS];
        for (int i = 0; i < PHOTOS; i++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                double difference = unit(photos.get(i))[channel] - means[i % CLASSES][channel];
                variances[channel] += difference * difference / (PHOTOS - CLASSES);
            }
        }
        double mean = IntStream.range(0, CHANNELS)
                .mapToDouble(i -> variances[i])
                .average()
                .orElseThrow();
        float[] other = {1, 2, 3, 1, 0, 2};
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] center : means) {
            double sum = 0;
            for (int channel = 0; channel < CHANNELS; channel++) {
                double difference = unit(other)[channel] - center[channel];
                sum += difference * difference / (variances[channel] + 0.01 * mean);
            }
            nearest = Math.min(nearest, sum);
        }
        assertEquals(nearest, distance.of(other), 1e-4 * nearest);
        float[] brighter = {2, 4, 6, 2, 0, 4};
        assertEquals(distance.of(other), distance.of(brighter), 1e-9 * nearest);
    }

    @Test
    void oneInTwentyIsBeyondTheLimit() {
        FeatureDistance.Learner learner = new FeatureDistance.Learner(1);
        IntStream.range(0, 300).forEach(i -> learner.add(0, photo(0)));
        FeatureDistance unlimited = learner.distance();
        List<float[]> validation =
                IntStream.range(0, 250).mapToObj(i -> photo(0)).toList();
        FeatureDistance distance = unlimited.withLimit(
                validation.stream().mapToDouble(unlimited::of).toArray());
        assertEquals(12, validation.stream().filter(distance::isFar).count());
        assertTrue(distance.isFar(photo(3)));
        assertFalse(unlimited.isFar(photo(3)));
    }

    @Test
    void fewPhotosAreAllWithinTheLimit() {
        FeatureDistance.Learner learner = new FeatureDistance.Learner(1);
        learner.add(0, new float[] {1, 0});
        learner.add(0, new float[] {1, 0});
        FeatureDistance distance = learner.distance().withLimit(new double[] {1, 0.5, 2});
        assertEquals(2, distance.limit());
        assertFalse(distance.isFar(new float[] {0, 0}));
    }

    @Test
    void eachClassNeedsAPhoto() {
        FeatureDistance.Learner learner = new FeatureDistance.Learner(2);
        learner.add(1, new float[] {1, 0});
        assertThrows(IllegalStateException.class, learner::distance);
    }
}

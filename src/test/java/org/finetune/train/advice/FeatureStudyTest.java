package org.finetune.train.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.finetune.train.head.FeatureRows;
import org.finetune.train.head.HeadSettings;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class FeatureStudyTest {
    private static final int FEATURES = 40;
    private static final int CLASSES = 3;
    private static final HeadSettings SETTINGS = new HeadSettings(CLASSES, 0, List.of(), 1, 2, 1 << 26);

    /** Photos whose features are those of their class, and noise. */
    private record Photos(float[][] values, int[] labels) implements FeatureRows {

        static Photos draw(int count, double signal, long seed) {
            Random means = new Random(5);
            double[][] classes = new double[CLASSES][FEATURES];
            for (double[] mean : classes) {
                IntStream.range(0, FEATURES).forEach(f -> mean[f] = means.nextGaussian());
            }
            Random random = new Random(seed);
            int[] labels =
                    IntStream.range(0, count).map(photo -> photo % CLASSES).toArray();
            float[][] features = new float[count][FEATURES];
            for (int photo = 0; photo < count; photo++) {
                for (int f = 0; f < FEATURES; f++) {
                    features[photo][f] = (float) (signal * classes[labels[photo]][f] + random.nextGaussian());
                }
            }
            return new Photos(features, labels);
        }

        @Override
        public int count() {
            return labels.length;
        }

        @Override
        public int features() {
            return FEATURES;
        }

        @Override
        public int label(int row) {
            return labels[row];
        }

        @Override
        public int group(int row) {
            return row;
        }

        @Override
        public void read(int[] rows, INDArray batch) {
            for (int i = 0; i < rows.length; i++) {
                for (int f = 0; f < FEATURES; f++) {
                    batch.putScalar(i, f, values[rows[i]][f]);
                }
            }
        }
    }

    @Test
    void gainOfTwiceThePhotosIsAboutWhatTwiceThePhotosBring() {
        Photos half = Photos.draw(600, 0.25, 1);
        Photos none = Photos.draw(0, 0.25, 2);
        LearningCurve curve = FeatureStudy.of(SETTINGS, half, none).curve().orElseThrow();
        assertEquals(
                List.of(100, 200, 400),
                curve.steps().stream().map(LearningCurve.Step::photos).toList());
        double twice = FeatureStudy.of(SETTINGS, Photos.draw(1800, 0.25, 3), none)
                .curve()
                .orElseThrow()
                .steps()
                .get(2)
                .top1();
        double once = FeatureStudy.of(SETTINGS, Photos.draw(900, 0.25, 3), none)
                .curve()
                .orElseThrow()
                .steps()
                .get(2)
                .top1();
        assertEquals(twice - once, curve.gainOfTwice().orElseThrow(), 0.03);
    }

    @Test
    void nothingIsSaidOfMorePhotosWhereTheyBringNothing() {
        LearningCurve curve = FeatureStudy.of(SETTINGS, Photos.draw(600, 3, 1), Photos.draw(0, 3, 2))
                .curve()
                .orElseThrow();
        assertTrue(curve.gainOfTwice().isEmpty());
        assertEquals(-1, curve.neediest());
    }

    @Test
    void harderValidationPhotosAreSaidToBeAndOthersAreNot() {
        Photos training = Photos.draw(300, 1, 1);
        PopulationShift shift = FeatureStudy.of(SETTINGS, training, Photos.draw(120, 0.1, 2))
                .shift()
                .orElseThrow();
        assertTrue(shift.training() > 0.95, shift.toString());
        assertTrue(shift.validation() < 0.7, shift.toString());
        assertFalse(FeatureStudy.of(SETTINGS, training, Photos.draw(120, 1, 3))
                .shift()
                .isPresent());
        assertFalse(
                FeatureStudy.of(SETTINGS, training, Photos.draw(9, 0.1, 4))
                        .shift()
                        .isPresent(),
                "too few to tell");
    }
}

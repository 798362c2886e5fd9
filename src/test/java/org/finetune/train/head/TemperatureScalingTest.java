package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TemperatureScalingTest {
    private static final int CLASSES = 4;

    private final List<float[]> probabilities = new ArrayList<>();
    private int[] labels;

    /** Labels drawn from the softmax of random logits; the probabilities are those of logits that are too large. */
    private void draw(int photos, double factor) {
        Random random = new Random(8);
        labels = new int[photos];
        for (int photo = 0; photo < photos; photo++) {
            double[] logits = random.doubles(CLASSES, -2, 2).toArray();
            float[] right = softmax(logits, 1);
            double place = random.nextDouble();
            while (labels[photo] < CLASSES - 1 && place >= right[labels[photo]]) {
                place -= right[labels[photo]++];
            }
            probabilities.add(softmax(logits, factor));
        }
    }

    private static float[] softmax(double[] logits, double factor) {
        float[] p = new float[logits.length];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(factor * logit);
        }
        for (int c = 0; c < p.length; c++) {
            p[c] = (float) (Math.exp(factor * logits[c]) / sum);
        }
        return p;
    }

    /** By the definition: powers of the probabilities, made to sum to 1. */
    private double logLoss(double temperature) {
        double loss = 0;
        for (int photo = 0; photo < labels.length; photo++) {
            double sum = 0;
            for (float p : probabilities.get(photo)) {
                sum += Math.pow(p, 1 / temperature);
            }
            loss -= Math.log(Math.pow(probabilities.get(photo)[labels[photo]], 1 / temperature) / sum);
        }
        return loss / labels.length;
    }

    @Test
    void logLossIsTheLeastOfAll() {
        for (double factor : new double[] {0.5, 1, 3}) {
            probabilities.clear();
            draw(1000, factor);
            TemperatureScaling scaling = TemperatureScaling.fit(probabilities, labels);
            assertEquals(factor, scaling.temperature(), 0.15 * factor);
            assertEquals(logLoss(1), scaling.before(), 1e-9);
            assertEquals(logLoss(scaling.temperature()), scaling.after(), 1e-9);
            for (double temperature = 0.2; temperature < 6; temperature *= 1.01) {
                assertTrue(logLoss(temperature) >= scaling.after() - 1e-12, "Lower at " + temperature);
            }
        }
    }

    @Test
    void fewPhotosAreLeftAsTheyAre() {
        draw(TemperatureScaling.LEAST_PHOTOS - 1, 3);
        TemperatureScaling scaling = TemperatureScaling.fit(probabilities, labels);
        assertEquals(1, scaling.temperature());
        assertEquals(scaling.before(), scaling.after());
        probabilities.clear();
        draw(TemperatureScaling.LEAST_PHOTOS, 3);
        assertTrue(TemperatureScaling.fit(probabilities, labels).temperature() > 1);
    }

    /** Where all photos are right, the log-loss falls without end; where all are wrong, too. Zeros are no trouble. */
    @Test
    void temperatureStaysWithinBounds() {
        labels = new int[60];
        for (int photo = 0; photo < 60; photo++) {
            probabilities.add(new float[] {0.9f, 0.1f, 0});
        }
        assertEquals(0.05, TemperatureScaling.fit(probabilities, labels).temperature(), 1e-12);
        Arrays.fill(labels, 2);
        TemperatureScaling wrong = TemperatureScaling.fit(probabilities, labels);
        assertEquals(20, wrong.temperature(), 1e-12);
        assertTrue(Double.isFinite(wrong.before()) && wrong.after() < wrong.before());
    }

    @Test
    void scaledProbabilitiesAreThoseOfTheScaledLogits() {
        double[] logits = {2, -1, 0.5};
        float[] probabilities = softmax(logits, 1);
        assertArrayEquals(softmax(logits, 1.0 / 3), new TemperatureScaling(3, 1, 0.5).scale(probabilities), 1e-6f);
        assertArrayEquals(new float[] {1, 0}, new TemperatureScaling(0.5, 1, 0.5).scale(new float[] {1, 0}), 0);
    }

    @Test
    void aFoldedLayerHasTheScaledLogits() {
        TemperatureScaling scaling = new TemperatureScaling(2, 1, 0.5);
        assertArrayEquals(new float[] {1, -0.25f}, scaling.fold(new float[] {2, -0.5f}));
    }
}

package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of the tail against central differences of its loss. */
class FastTailGradientTest {
    private static final int CLASSES = 3;
    private static final int[] LABELS = {0, 2, 1, 2};
    /** Of the input: with another one, a step may happen to cross a kink. */
    private static final long SEED = 1;

    /**
     * Along its own gradient g a parameter changes the loss by |g| for each unit of length. The step is as short as
     * float32 allows, since ReLU6 has kinks: some 2e-4 in the loss.
     */
    @Tag("once")
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20, 37, Integer.MAX_VALUE})
    void everyParameterMatchesCentralDifferences(int unfreeze) {
        assertMatchesCentralDifferences(unfreeze, List.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void everyParameterMatchesCentralDifferencesWithClassWeights(int unfreeze) {
        assertMatchesCentralDifferences(unfreeze, List.of(0.25, 3.0, 1.5));
    }

    private static FastTail tail(int unfreeze, double dropout, List<Double> classWeights) {
        Architecture architecture = Architecture.of(0.35, 32);
        FreezeBoundary boundary = new FreezeBoundary(architecture, unfreeze);
        return new FastTail(
                boundary,
                CLASSES,
                RandomWeights.of(architecture.network(CLASSES), 7),
                new TailSettings(LABELS.length, 0.1, dropout, 0.1, classWeights),
                OpProfile.NONE);
    }

    private static void assertMatchesCentralDifferences(int unfreeze, List<Double> classWeights) {
        try (FastTail tail = tail(unfreeze, 0.2, classWeights)) {
            tail.input().assign(Nd4j.rand(SEED, tail.input().shape()));
            tail.gradients(LABELS.length, LABELS, 5);
            float[] start = tail.parameters();
            List<ParameterVector.Slot> slots = tail.vector().slots();
            List<INDArray> gradients =
                    slots.stream().map(slot -> slot.gradient().dup()).toList();
            for (int i = 0; i < slots.size(); i++) {
                ParameterVector.Slot slot = slots.get(i);
                INDArray gradient = gradients.get(i);
                double norm = gradient.norm2Number().doubleValue();
                INDArray direction = gradient.div(norm);
                double step = Math.min(
                        2e-4 / norm, 1e-2 * (1 + slot.value().norm2Number().doubleValue()));
                double above = lossAt(tail, slot, direction, step);
                tail.setParameters(start);
                double below = lossAt(tail, slot, direction, -step);
                tail.setParameters(start);
                double slope = (above - below) / (2 * step);
                assertEquals(norm, slope, 0.05 * norm + 1e-3, slot.layer() + "/" + slot.parameter());
            }
        }
    }

    /** Against the formula in float64, from the probabilities that the step saw. */
    @Test
    void lossOfAnExampleIsMultipliedByTheWeightOfItsClass() {
        List<Double> weights = List.of(0.25, 3.0, 1.5);
        try (FastTail tail = tail(0, 0, weights)) {
            tail.input().assign(Nd4j.rand(SEED, tail.input().shape()));
            double loss = tail.gradients(LABELS.length, LABELS, 5);
            double[][] probabilities = tail.predict(LABELS.length).toDoubleMatrix();
            double expected = 0;
            for (int row = 0; row < LABELS.length; row++) {
                for (int c = 0; c < CLASSES; c++) {
                    double target = (c == LABELS[row] ? 0.9 : 0) + 0.1 / CLASSES;
                    expected -= weights.get(LABELS[row]) * target * Math.log(probabilities[row][c]);
                }
            }
            assertEquals(expected / LABELS.length, loss, 1e-4 * expected);
        }
    }

    private static double lossAt(FastTail tail, ParameterVector.Slot slot, INDArray direction, double step) {
        slot.value().addi(direction.mul(step));
        tail.setParameters(tail.parameters());
        return tail.gradients(LABELS.length, LABELS, 5);
    }
}

package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Loss and gradient of the head against the formulas in float64, however far the logits are apart. */
class SoftmaxHeadTest {
    private static final List<KerasLayer> LAYERS = Architecture.of(0.35, 32).head(3);
    private static final int CLASSES = 3;
    private static final int[] LABELS = {0, 2, 1, 2};

    /** Gaps where float32's probabilities are exact, have lost digits, or are 0, with all kinds of targets. */
    private static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (double gap : new double[] {0, 1, 30, 86, 88, 100, 102.9, 103.6, 104, 105, 300, 1e3, 1e4}) {
            for (double smoothing : new double[] {0, 0.1}) {
                for (List<Double> weights : List.of(List.<Double>of(), List.of(0.25, 3.0, 1.5))) {
                    cases.add(Arguments.of(gap, smoothing, weights));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradientAreThoseOfFloat64(double gap, double smoothing, List<Double> weights) {
        double[][] logits = {{0, -gap, -gap / 2}, {gap, 0, 1}, {-1, gap / 2, gap / 3}, {gap, gap, 0}};
        for (double[] row : logits) {
            for (int c = 0; c < CLASSES; c++) {
                row[c] = (float) row[c];
            }
        }
        TailSettings settings = new TailSettings(LABELS.length, 0.1, 0, smoothing, weights);
        double expected = 0;
        double[][] gradient = new double[LABELS.length][CLASSES];
        for (int row = 0; row < LABELS.length; row++) {
            double weight = weights.isEmpty() ? 1 : weights.get(LABELS[row]);
            double largest = Arrays.stream(logits[row]).max().orElseThrow();
            double logSum = Math.log(Arrays.stream(logits[row])
                    .map(logit -> Math.exp(logit - largest))
                    .sum());
            for (int c = 0; c < CLASSES; c++) {
                double log = logits[row][c] - largest - logSum;
                double target = (c == LABELS[row] ? 1 - smoothing : 0) + smoothing / CLASSES;
                expected -= weight * target * log / LABELS.length;
                gradient[row][c] = weight * (Math.exp(log) - target) / LABELS.length;
            }
        }

        Step step = Step.of(logits, settings);
        assertEquals(expected, step.loss(), 1e-6 * expected + 1e-7);
        for (int row = 0; row < LABELS.length; row++) {
            for (int c = 0; c < CLASSES; c++) {
                assertEquals(gradient[row][c], step.gradient()[row][c], 1e-6, "row " + row + ", class " + c);
            }
        }
    }

    @Test
    void logitsThatAreNotFiniteHaveNoFiniteLoss() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            double[][] logits = {{0, bad, -500}, {0, 1, 2}, {0, 1, 2}, {-300, 1, 2}};
            double loss =
                    Step.of(logits, new TailSettings(LABELS.length, 0.1, 0, 0)).loss();
            assertFalse(Double.isFinite(loss), bad + " gives " + loss);
        }
    }

    /**
     * What a step of the head comes to.
     *
     * @param loss the mean cross-entropy
     * @param gradient of each logit of each example
     */
    private record Step(double loss, double[][] gradient) {

        /** Example i has feature i alone, so that row i of the kernel is its logits and has their gradient. */
        static Step of(double[][] logits, TailSettings settings) {
            int examples = logits.length;
            int count = Architecture.of(0.35, 32).features();
            try (ParameterVector parameters = new ParameterVector(LAYERS, RandomWeights.of(LAYERS, 1), 1);
                    INDArray features = Nd4j.create(DataType.FLOAT, new long[] {examples, count}, 'c');
                    SoftmaxHead head = new SoftmaxHead(features, parameters, settings);
                    Plan plan = new Plan(OpProfile.NONE)) {
                ParameterVector.Slot kernel = parameters.slot(Architecture.PREDICTIONS, "kernel");
                kernel.value().assign(0);
                parameters.slot(Architecture.PREDICTIONS, "bias").value().assign(0);
                for (int row = 0; row < examples; row++) {
                    features.putScalar(row, row, 1);
                    for (int c = 0; c < CLASSES; c++) {
                        kernel.value().putScalar(row, c, logits[row][c]);
                    }
                }
                head.addForward(plan, true);
                head.addBackward(plan, null);
                head.setLabels(LABELS);
                plan.run();
                double[][] gradient = new double[examples][CLASSES];
                for (int row = 0; row < examples; row++) {
                    for (int c = 0; c < CLASSES; c++) {
                        gradient[row][c] = kernel.gradient().getDouble(row, c);
                    }
                }
                return new Step(head.loss(), gradient);
            }
        }
    }
}

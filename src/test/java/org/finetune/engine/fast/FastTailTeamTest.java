package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.finetune.backend.ThreadLimit;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A tail whose batch is divided among the members of a team against one that is not divided. */
class FastTailTeamTest {
    private static final int CLASSES = 3;
    private static final int BATCH = 8;
    private static final double TOLERANCE = 2e-5;

    /**
     * 37 trains the normalization of a frozen convolution; 1 image is fewer than there are members; at 112 px a single
     * member takes the gradients of the first blocks one image after another, and each of 8 has one image only.
     */
    @ParameterizedTest
    @CsvSource({
        "20, 2, 8, 32",
        "20, 3, 8, 32",
        "20, 2, 5, 32",
        "20, 3, 5, 32",
        "37, 3, 5, 32",
        "60, 2, 8, 32",
        "20, 3, 1, 32",
        "1000, 8, 8, 112"
    })
    void dividedBatchesGiveTheSame(int unfreeze, int members, int images, int size) {
        INDArray input;
        Result whole;
        try (FastTail tail = tail(unfreeze, 1, size)) {
            Nd4j.getRandom().setSeed(5);
            input = Nd4j.rand(DataType.FLOAT, tail.input().shape());
            whole = run(tail, input, images);
        }
        Result divided;
        try (FastTail tail = tail(unfreeze, members, size)) {
            divided = run(tail, input, images);
        }
        assertEquals(whole.loss(), divided.loss(), TOLERANCE * whole.loss());
        for (int slot = 0; slot < whole.gradients().size(); slot++) {
            Gradient expected = whole.gradients().get(slot);
            Gradient actual = divided.gradients().get(slot);
            assertClose(expected.values(), actual.values(), expected.parameter());
        }
        assertClose(whole.probabilities(), divided.probabilities(), "probabilities");
        assertEquals(whole.lossAfterStep(), divided.lossAfterStep(), 1e-4 * whole.lossAfterStep());
    }

    @Test
    void stepsAreTheSameBitForBitInEveryRun() {
        assertArrayEquals(parametersAfterSteps(), parametersAfterSteps());
    }

    private static float[] parametersAfterSteps() {
        try (FastTail tail = tail(20, 2, 32)) {
            Nd4j.getRandom().setSeed(3);
            tail.input().assign(Nd4j.rand(DataType.FLOAT, tail.input().shape()));
            for (int step = 0; step < 20; step++) {
                tail.fit(BATCH, labels(BATCH), step);
            }
            return tail.parameters();
        }
    }

    private record Gradient(String parameter, float[] values) {}

    private record Result(double loss, List<Gradient> gradients, float[] probabilities, double lossAfterStep) {}

    private static FastTail tail(int unfreeze, int members, int size) {
        Architecture architecture = Architecture.of(0.35, size);
        FreezeBoundary boundary = new FreezeBoundary(architecture, unfreeze);
        try (ThreadLimit limit = ThreadLimit.begin(members)) {
            ThreadTeam team = ThreadTeam.of(members);
            assertEquals(members, team.members());
            return new FastTail(
                    boundary,
                    CLASSES,
                    RandomWeights.of(architecture.network(CLASSES), 7),
                    new TailSettings(BATCH, 1e-3, 0.2, 0.1),
                    OpProfile.NONE,
                    team);
        }
    }

    private static int[] labels(int images) {
        int[] labels = new int[images];
        for (int image = 0; image < images; image++) {
            labels[image] = (image + 1) % CLASSES;
        }
        return labels;
    }

    /** A full batch first, so that a smaller one finds what that has left behind. */
    private static Result run(FastTail tail, INDArray input, int images) {
        tail.input().assign(input);
        int[] labels = labels(images);
        tail.gradients(BATCH, new int[BATCH], 4);
        double loss = tail.gradients(images, labels, 5);
        List<Gradient> gradients = new ArrayList<>();
        for (ParameterVector.Slot slot : tail.vector().slots()) {
            gradients.add(new Gradient(
                    slot.layer() + "/" + slot.parameter(),
                    slot.gradient().dup().data().asFloat()));
        }
        float[] probabilities = tail.predict(images).dup().data().asFloat();
        tail.fit(images, labels, 6);
        return new Result(loss, gradients, probabilities, tail.gradients(images, labels, 6));
    }

    private static void assertClose(float[] expected, float[] actual, String what) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(expected, actual, (float) TOLERANCE * largest, what);
    }
}

package org.finetune.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The fast engine, on the CPU and on a stand-in for a GPU, against Deeplearning4j's own layers, on random weights. */
class EnginesAgreeTest {
    private static final int CLASSES = 3;
    private static final int[] LABELS = {2, 0, 1};
    private static final int STEPS = 3;
    /** Low enough that a step of random weights does not multiply what float32 rounds off. */
    private static final double LEARNING_RATE = 1e-4;

    private static final List<Double> CLASS_WEIGHTS = List.of(0.25, 3.0, 1.5);

    /** What Deeplearning4j's layers have made of it, which takes longer than the engines. */
    private static final Map<Case, Trained> STOCK = new HashMap<>();

    private record Case(double alpha, int size, int unfreeze, List<Double> classWeights) {}

    @Tag("once")
    @ParameterizedTest
    @CsvSource({
        "0.35, 33, 1",
        "0.35, 33, 60",
        "1.0, 33, 20",
        "1.0, 32, 60",
        "1.4, 35, 9",
        "1.4, 32, 37",
    })
    void bothTrainTheSameWay(double alpha, int size, int unfreeze) {
        assertTrainsAsStock(EnginesAgreeTest::fast, alpha, size, unfreeze, List.of());
    }

    /** 19 and 37 cut between batch normalization and ReLU6, 20 cuts a residual block in two. */
    @ParameterizedTest
    @CsvSource({"0.35, 33, 0", "0.35, 33, 9", "0.35, 33, 19", "0.35, 33, 20", "0.35, 40, 37", "0.35, 32, 1000"})
    void bothWeighClassesTheSameWay(double alpha, int size, int unfreeze) {
        assertTrainsAsStock(EnginesAgreeTest::fast, alpha, size, unfreeze, CLASS_WEIGHTS);
    }

    @Tag("once")
    @ParameterizedTest
    @CsvSource({"0.35, 33, 0", "0.35, 33, 9", "0.35, 33, 19", "0.35, 33, 20", "0.35, 40, 37", "0.35, 32, 1000"})
    void gpuTrainsTheSameWay(double alpha, int size, int unfreeze) {
        assertTrainsAsStock(EnginesAgreeTest::gpu, alpha, size, unfreeze, CLASS_WEIGHTS);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"1.0, 33, 60", "1.4, 32, 37"})
    void gpuTrainsWiderNetworksTheSameWay(double alpha, int size, int unfreeze) {
        assertTrainsAsStock(EnginesAgreeTest::gpu, alpha, size, unfreeze, CLASS_WEIGHTS);
    }

    private static Engine fast(Architecture architecture) {
        return new FastEngine(architecture, CLASSES, OpProfile.NONE);
    }

    private static Engine gpu(Architecture architecture) {
        return new CudaEngine(StandInDriver.gpu(), architecture, CLASSES, OpProfile.NONE);
    }

    private static void assertTrainsAsStock(
            Function<Architecture, Engine> engine, double alpha, int size, int unfreeze, List<Double> classWeights) {
        TailSettings settings = new TailSettings(LABELS.length, LEARNING_RATE, 0, 0.1, classWeights);
        Architecture architecture = Architecture.of(alpha, size);
        FreezeBoundary boundary = new FreezeBoundary(architecture, unfreeze);
        Weights weights = RandomWeights.of(architecture.network(CLASSES), 11);
        Nd4j.getRandom().setSeed(11);
        INDArray images = Nd4j.rand(
                        DataType.FLOAT,
                        architecture.layer(Architecture.INPUT).outputShape().batch(LABELS.length))
                .muli(2)
                .subi(1);

        Trained own = train(engine.apply(architecture), boundary, settings, weights, images);
        Trained stock = STOCK.computeIfAbsent(
                new Case(alpha, size, unfreeze, classWeights),
                key -> train(new GraphEngine(architecture, CLASSES), boundary, settings, weights, images));

        assertClose(
                stock.features(),
                own.features(),
                1e-4 * stock.features().amaxNumber().doubleValue());
        assertArrayEquals(stock.losses(), own.losses(), 2e-3);
        assertClose(stock.probabilities(), own.probabilities(), 2e-3);
        for (Trained trained : List.of(own, stock)) {
            assertProbabilitiesAreThoseOfTheFeatures(trained);
            assertOnlyTrainedParametersChanged(weights, trained.weights(), boundary, architecture);
        }
    }

    /** What came out; {@code tailFeatures} are what the tail gives to the head after training. */
    private record Trained(
            INDArray features, float[] tailFeatures, double[] losses, INDArray probabilities, Weights weights) {}

    private static Trained train(
            Engine engine, FreezeBoundary boundary, TailSettings settings, Weights initial, INDArray images) {
        String cut = engine.cut(boundary).name();
        List<String> outputs = cut.equals(Architecture.POOLING) ? List.of(cut) : List.of(cut, Architecture.POOLING);
        try (FrozenBase base = engine.base(initial, outputs, LABELS.length);
                TrainableTail tail = engine.tail(initial, boundary, settings)) {
            base.input().assign(images);
            base.run(LABELS.length);
            INDArray features = base.output(Architecture.POOLING).dup();
            tail.input().assign(base.output(cut));
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                tail.setLearningRate(LEARNING_RATE * (1 + step));
                losses[step] = tail.fit(LABELS.length, LABELS, 0);
            }
            Weights weights = initial.copy();
            tail.writeTo(weights);
            INDArray probabilities = tail.predict(LABELS.length).dup();
            float[] tailFeatures = tail.features(LABELS.length);
            return new Trained(features, tailFeatures, losses, probabilities, weights);
        }
    }

    private static void assertProbabilitiesAreThoseOfTheFeatures(Trained trained) {
        float[] kernel =
                trained.weights().get(Architecture.PREDICTIONS, "kernel").values();
        float[] bias = trained.weights().get(Architecture.PREDICTIONS, "bias").values();
        int features = kernel.length / CLASSES;
        for (int image = 0; image < LABELS.length; image++) {
            double[] exponentials = new double[CLASSES];
            double sum = 0;
            for (int label = 0; label < CLASSES; label++) {
                double logit = bias[label];
                for (int f = 0; f < features; f++) {
                    logit += (double) trained.tailFeatures()[image * features + f] * kernel[f * CLASSES + label];
                }
                exponentials[label] = Math.exp(logit);
                sum += exponentials[label];
            }
            for (int label = 0; label < CLASSES; label++) {
                assertEquals(exponentials[label] / sum, trained.probabilities().getDouble(image, label), 1e-5);
            }
        }
    }

    private static void assertClose(INDArray expected, INDArray actual, double tolerance) {
        double difference =
                expected.sub(actual.reshape(expected.shape())).amaxNumber().doubleValue();
        assertTrue(difference <= tolerance, "they differ by " + difference);
    }

    private static void assertOnlyTrainedParametersChanged(
            Weights before, Weights after, FreezeBoundary boundary, Architecture architecture) {
        for (KerasLayer layer : architecture.network(CLASSES)) {
            for (String parameter : layer.type().parameterNames()) {
                boolean trained = !boundary.isFrozen(layer)
                        && layer.type().trainableNames().contains(parameter);
                boolean same = before.get(layer.name(), parameter).equals(after.get(layer.name(), parameter));
                assertEquals(!trained, same, layer.name() + "/" + parameter);
            }
        }
    }
}

package org.finetune.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendType;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SelfCheckTest {
    private static final Architecture SMALL = Architecture.of(0.35, 32);

    @Test
    void recordedNumbersAreThoseOfTheCpu() throws Exception {
        if (Boolean.getBoolean("finetune.rewrite")) {
            FixedNetwork network = FixedNetwork.of(SelfCheck.NETWORK, SelfCheck.CLASSES);
            try (OutputStream file =
                    Files.newOutputStream(Path.of("src/main/resources/org/finetune/engine/check/recorded.bin"))) {
                EngineOutputs.of(fast(SelfCheck.NETWORK), network).write(file);
            }
        }
        SelfCheck check = SelfCheck.of(fast(SelfCheck.NETWORK));
        assertTrue(check.passed(), check.toString());
        assertTrue(check.features() < 1e-5, check.toString());
        assertTrue(check.losses() < 1e-5, check.toString());
        assertTrue(check.seconds() < 10, check.toString());
    }

    @ParameterizedTest
    @CsvSource({"0.35, 96", "1.0, 32", "1.0, 33", "1.0, 48", "1.4, 32"})
    void enginesThatComputeRightPass(double alpha, int size) {
        Architecture architecture = Architecture.of(alpha, size);
        SelfCheck check =
                SelfCheck.of(new GraphEngine(architecture, SelfCheck.CLASSES), fast(architecture), architecture);
        assertTrue(check.passed(), check.toString());
    }

    @Test
    void oneWrongFeatureIsFound() {
        assertFails(
                "features differ from the CPU's by 1.0e+00 (1e-04 is allowed), losses by 0.0e+00 (1e-03)",
                Wrong.features(features -> {
                    INDArray last = features.reshape(4, -1).getRow(3);
                    last.putScalar(0, last.getDouble(0) + features.maxNumber().doubleValue());
                }));
    }

    @Test
    void featuresThatAreNoNumbersAreFound() {
        assertFails("features differ from the CPU's by NaN", Wrong.features(features -> features.reshape(-1)
                .putScalar(7, Float.NaN)));
    }

    /** As if the results had never come back from the device. */
    @Test
    void featuresThatNothingWasWrittenToAreFound() {
        assertFails("features differ", Wrong.features(features -> features.assign(0)));
    }

    @Test
    void wrongLossesAreFound() {
        assertFails("losses by 2.0e-03", Wrong.loss(loss -> loss * 1.002));
        assertFails("losses by NaN", Wrong.loss(loss -> Double.NaN));
    }

    /** The second loss shows whether the first step was right. */
    @Test
    void stepsThatTrainNothingAreFound() {
        assertFails("losses by", Wrong.step((before, now) -> before));
    }

    @Test
    void stepsThatAreWrongForATenthOfTheParametersAreFound() {
        assertFails("losses by", Wrong.step((before, now) -> {
            float[] parameters = now.parameters().clone();
            for (int i = 0; i < parameters.length; i += 10) {
                parameters[i] = 2 * before.parameters()[i] - parameters[i];
            }
            return new TailState(parameters, now.moments(), now.step());
        }));
    }

    @Test
    void cudaThatComputesWronglyIsRefusedWithWhatDiffers() {
        DeviceCheck check = DeviceCheck.of("the Tesla T4", () -> new SelfCheck(0.25, 1e-5, 0.1));
        assertFalse(check.passed());
        List<String> notices = new ArrayList<>();
        FinetuneException e = assertThrows(
                FinetuneException.class, () -> DeviceCheck.useCpu(BackendType.CUDA, check.toString(), notices::add));
        assertEquals(ExitCode.BACKEND, e.exitCode());
        assertEquals(
                "--backend cuda cannot be used: the Tesla T4 computes wrong results: features differ from the CPU's by"
                        + " 2.5e-01 (1e-04 is allowed), losses by 1.0e-05 (1e-03) (--backend cpu runs everywhere)",
                e.getMessage());
        assertEquals(List.of(), notices);
    }

    @Test
    void autoFallsBackToTheCpuWithANotice() {
        DeviceCheck check = DeviceCheck.of("the Tesla T4", () -> new SelfCheck(0, Double.NaN, 0.1));
        assertFalse(check.passed());
        List<String> notices = new ArrayList<>();
        DeviceCheck.useCpu(BackendType.AUTO, check.toString(), notices::add);
        assertEquals(
                List.of("Using the CPU because the Tesla T4 computes wrong results: features differ from the CPU's by"
                        + " 0.0e+00 (1e-04 is allowed), losses by NaN (1e-03)"),
                notices);
    }

    @Test
    void deviceThatFailsIsAsOneThatComputesWrongly() {
        DeviceCheck check = DeviceCheck.of("the Tesla T4", () -> {
            throw new IllegalStateException("launch failed");
        });
        assertFalse(check.passed());
        assertEquals("the Tesla T4 fails its self-check: launch failed", check.toString());
    }

    @Test
    void deviceThatComputesRightPasses() {
        DeviceCheck check = DeviceCheck.of("the Tesla T4", () -> new SelfCheck(1e-6, 1e-5, 0.1));
        assertTrue(check.passed());
        assertEquals(
                "the Tesla T4 passed in 0.10 s: features differ from the CPU's by 1.0e-06 (1e-04 is allowed), losses by"
                        + " 1.0e-05 (1e-03)",
                check.toString());
    }

    private static void assertFails(String part, Wrong examined) {
        SelfCheck check = SelfCheck.of(examined, fast(SMALL), SMALL);

        assertFalse(check.passed(), check.toString());
        assertTrue(check.toString().contains(part), check.toString());
    }

    private static Engine fast(Architecture architecture) {
        return new FastEngine(architecture, SelfCheck.CLASSES, OpProfile.NONE);
    }

    /** The fast engine with something wrong about it: features, a loss, or what a step makes of the state before. */
    private record Wrong(
            Consumer<INDArray> features, DoubleUnaryOperator loss, BinaryOperator<TailState> step, Engine right)
            implements Engine {

        static Wrong features(Consumer<INDArray> spoil) {
            return new Wrong(spoil, loss -> loss, (before, now) -> now, fast(SMALL));
        }

        static Wrong loss(DoubleUnaryOperator spoil) {
            return new Wrong(features -> {}, spoil, (before, now) -> now, fast(SMALL));
        }

        static Wrong step(BinaryOperator<TailState> spoil) {
            return new Wrong(features -> {}, loss -> loss, spoil, fast(SMALL));
        }

        @Override
        public KerasLayer cut(FreezeBoundary boundary) {
            return right.cut(boundary);
        }

        @Override
        public FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize) {
            return new WrongBase(this, right.base(weights, input, outputs, batchSize));
        }

        @Override
        public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
            return new WrongTail(this, right.tail(weights, boundary, settings));
        }

        private record WrongBase(Wrong wrong, FrozenBase base) implements FrozenBase {

            @Override
            public int batchSize() {
                return base.batchSize();
            }

            @Override
            public INDArray input() {
                return base.input();
            }

            @Override
            public void run(int images) {
                base.run(images);
                wrong.features().accept(base.output(Architecture.POOLING));
            }

            @Override
            public INDArray output(String layer) {
                return base.output(layer);
            }

            @Override
            public void close() {
                base.close();
            }
        }

        private record WrongTail(Wrong wrong, TrainableTail tail) implements TrainableTail {

            @Override
            public String inputLayer() {
                return tail.inputLayer();
            }

            @Override
            public INDArray input() {
                return tail.input();
            }

            @Override
            public void setLearningRate(double learningRate) {
                tail.setLearningRate(learningRate);
            }

            @Override
            public double fit(int images, int[] labels, long seed) {
                TailState before = tail.state();
                double loss = tail.fit(images, labels, seed);
                tail.setState(wrong.step().apply(before, tail.state()));
                return wrong.loss().applyAsDouble(loss);
            }

            @Override
            public INDArray predict(int images) {
                return tail.predict(images);
            }

            @Override
            public float[] features(int images) {
                return tail.features(images);
            }

            @Override
            public INDArray probabilities() {
                return tail.probabilities();
            }

            @Override
            public float[] parameters() {
                return tail.parameters();
            }

            @Override
            public void setParameters(float[] parameters) {
                tail.setParameters(parameters);
            }

            @Override
            public TailState state() {
                return tail.state();
            }

            @Override
            public void setState(TailState state) {
                tail.setState(state);
            }

            @Override
            public void writeTo(Weights weights) {
                tail.writeTo(weights);
            }

            @Override
            public void close() {
                tail.close();
            }
        }
    }
}

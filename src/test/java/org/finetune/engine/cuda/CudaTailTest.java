package org.finetune.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.HostMemory;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.backend.cuda.Gpu;
import org.finetune.engine.Activations;
import org.finetune.engine.Engine;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.Targets;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fast.FastEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Training on a stand-in for a GPU. */
class CudaTailTest {
    private static final int CLASSES = 3;
    private static final int[] LABELS = {0, 2, 1, 2};
    /** Of the input: with another one, a step may happen to cross a kink. */
    private static final long SEED = 1;

    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 32);
    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(CLASSES), 7);

    private final Gpu gpu = StandInDriver.gpu();
    private final Engine engine = new CudaEngine(gpu, ARCHITECTURE, CLASSES, OpProfile.NONE);
    private final Engine cpu = new FastEngine(ARCHITECTURE, CLASSES, OpProfile.NONE);

    private static TrainableTail tail(Engine engine, int unfreeze, double rate, List<Double> classWeights) {
        return engine.tail(
                WEIGHTS,
                new FreezeBoundary(ARCHITECTURE, unfreeze),
                new TailSettings(LABELS.length, rate, 0.2, 0.1, classWeights));
    }

    private static void fill(TrainableTail tail) {
        tail.input().assign(Nd4j.rand(SEED, tail.input().shape()));
    }

    /** Along its own gradient g a parameter changes the loss by |g| for each unit of length. Dropout is compared with the CPU's. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20, 37})
    void everyParameterMatchesCentralDifferences(int unfreeze) {
        assertMatchesCentralDifferences(unfreeze);
    }

    @Tag("slow")
    @Test
    void everyParameterOfTheWholeNetworkMatchesCentralDifferences() {
        assertMatchesCentralDifferences(Integer.MAX_VALUE);
    }

    private void assertMatchesCentralDifferences(int unfreeze) {
        TailSettings settings = new TailSettings(LABELS.length, 0.1, 0, 0.1, List.of(0.25, 3.0, 1.5));
        FreezeBoundary boundary = new FreezeBoundary(ARCHITECTURE, unfreeze);
        try (CudaTail tail = (CudaTail) engine.tail(WEIGHTS, boundary, settings)) {
            fill(tail);
            double loss = tail.gradients(LABELS.length, LABELS, 5);
            assertEquals(loss, lossOfPrediction(tail, settings), 1e-5 * loss);
            float[] start = tail.parameters();
            float[] gradients = tail.vector().gradients();
            for (DeviceParameters.Slot slot : tail.vector().slots()) {
                double norm = norm(gradients, slot);
                double step = Math.min(2e-4 / norm, 1e-2 * (1 + norm(start, slot)));
                move(tail, start, gradients, slot, step / norm);
                double above = lossOfPrediction(tail, settings);
                move(tail, start, gradients, slot, -step / norm);
                double slope = (above - lossOfPrediction(tail, settings)) / (2 * step);
                assertEquals(norm, slope, 0.05 * norm + 1e-3, slot.layer() + "/" + slot.parameter());
            }
        }
    }

    private static double norm(float[] values, DeviceParameters.Slot slot) {
        double sum = 0;
        for (int i = slot.first(); i < slot.first() + slot.length(); i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    private static void move(
            CudaTail tail, float[] start, float[] gradients, DeviceParameters.Slot slot, double factor) {
        float[] moved = start.clone();
        for (int i = slot.first(); i < slot.first() + slot.length(); i++) {
            moved[i] += (float) (factor * gradients[i]);
        }
        tail.setParameters(moved);
    }

    /** The formula in float64, from the probabilities. */
    private static double lossOfPrediction(CudaTail tail, TailSettings settings) {
        float[] targets = Targets.of(LABELS, CLASSES, settings);
        float[] probabilities = tail.predict(LABELS.length).dup('c').data().asFloat();
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            sum -= targets[i] * Math.log(probabilities[i]);
        }
        return sum / LABELS.length;
    }

    /** Dropout masks are the same, too. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 1000})
    void trainingGoesOnOnTheCpuAndBack(int unfreeze) {
        try (TrainableTail device = tail(engine, unfreeze, 1e-4, List.of());
                TrainableTail host = tail(cpu, unfreeze, 1e-4, List.of())) {
            fill(device);
            fill(host);
            for (int round = 0; round < 2; round++) {
                for (int images : new int[] {LABELS.length, 3}) {
                    int[] labels = Arrays.copyOf(LABELS, images);
                    double expected = host.fit(images, labels, round);
                    assertEquals(expected, device.fit(images, labels, round), 1e-3 * expected);
                    assertClose(host.probabilities(), device.probabilities());
                }
                TailState state = round == 0 ? device.state() : host.state();
                (round == 0 ? host : device).setState(state);
                assertEquals(2 * (round + 1), state.step());
            }
            assertArrayEquals(host.state().parameters(), device.state().parameters());
            assertArrayEquals(host.state().moments(), device.state().moments());
            assertArrayEquals(host.features(LABELS.length), device.features(LABELS.length), 1e-4f);
            Weights onDevice = WEIGHTS.copy();
            Weights onHost = WEIGHTS.copy();
            device.writeTo(onDevice);
            host.writeTo(onHost);
            assertEquals(onHost, onDevice);
        }
    }

    private static void assertClose(INDArray expected, INDArray actual) {
        assertArrayEquals(expected.shape(), actual.shape());
        assertEquals(0, expected.sub(actual).amaxNumber().doubleValue(), 1e-3);
    }

    @Test
    void stepsAreTheSameInEveryRun() {
        List<TailState> states = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (TrainableTail tail = tail(engine, 1000, 1e-3, List.of())) {
                fill(tail);
                tail.fit(LABELS.length, LABELS, 1);
                tail.fit(LABELS.length, LABELS, 2);
                states.add(tail.state());
            }
        }
        assertArrayEquals(states.get(0).parameters(), states.get(1).parameters());
        assertArrayEquals(states.get(0).moments(), states.get(1).moments());
    }

    /** All records fit into the memory of the device, some, or none. */
    @ParameterizedTest
    @CsvSource({"'', 5, 0", "'free=64', 6, 1", "'free=1', 11, 4"})
    void recordsThatStayOnTheDeviceGiveTheBitsOfThoseThatAreCopied(String memory, int reads, int later) {
        float[] values = Nd4j.rand(SEED, new long[] {5, 32, 32, 3}).data().asFloat();
        int[][] batches = {{3, 0, 4, 1}, {2, 3, 1}, {4, 2, 0, 3}};
        Counted counted = new Counted(values, 32 * 32 * 3);
        try (TrainableTail kept = tail(engine, 1000, 1e-3, List.of());
                TrainableTail copied = tail(engine, 1000, 1e-3, List.of())) {
            StandInDriver.configure(memory);
            for (int[] records : batches) {
                int[] labels = Arrays.copyOf(LABELS, records.length);
                int wanted = counted.reads + kept.unread(counted, records).length;
                kept.load(counted, records);
                assertEquals(wanted, counted.reads);
                counted.copy(records, copied.input());
                assertEquals(copied.fit(records.length, labels, 1), kept.fit(records.length, labels, 1));
            }
            assertArrayEquals(copied.state().parameters(), kept.state().parameters());
            assertEquals(reads, counted.reads);
            int[] records = {0, 1, 2, 3};
            kept.load(counted, records);
            assertEquals(reads + later, counted.reads);
            counted.copy(records, copied.input());
            float[] expected = copied.features(4);
            assertArrayEquals(expected, kept.features(4));
            kept.input().assign(copied.input());
            assertArrayEquals(expected, kept.features(4));
        }
    }

    /** Counts the records that are read. */
    private static final class Counted implements Activations {
        private final float[] values;
        private final int length;
        private int reads;

        private Counted(float[] values, int length) {
            this.values = values;
            this.length = length;
        }

        @Override
        public int count() {
            return values.length / length;
        }

        @Override
        public void read(int[] records, INDArray batch) {
            reads += records.length;
            copy(records, batch);
        }

        private void copy(int[] records, INDArray batch) {
            for (int row = 0; row < records.length; row++) {
                HostMemory.write(batch, (long) row * length, values, records[row] * length, length);
            }
        }
    }

    @Test
    void largeLogitsGiveAFiniteLoss() {
        Weights weights = WEIGHTS.copy();
        float[] bias = weights.get(Architecture.PREDICTIONS, "bias").values();
        bias[0] = 500;
        TailSettings settings = new TailSettings(1, 1e-3, 0, 0);
        try (TrainableTail tail = engine.tail(weights, FreezeBoundary.headOnly(ARCHITECTURE), settings)) {
            tail.input().assign(0);
            assertEquals(500 - bias[1], tail.fit(1, new int[] {1}, 0), 1e-3);
        }
    }

    @Test
    void tooLittleMemoryLeavesNothingBehind() {
        long before = StandInDriver.usedBytes();
        StandInDriver.configure("memory=2");
        DeviceMemoryException e = assertThrows(DeviceMemoryException.class, () -> tail(engine, 1000, 1e-3, List.of()));
        assertTrue(e.getMessage().startsWith("The GPU ran out of memory while allocating "), e.getMessage());
        assertEquals(before, StandInDriver.usedBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"launch_adam=2", "lost_adam=2"})
    void failureOfTheDeviceIsASentence(String fault) {
        long before = StandInDriver.usedBytes();
        try (TrainableTail tail = tail(engine, 20, 1e-3, List.of())) {
            fill(tail);
            tail.fit(LABELS.length, LABELS, 1);
            StandInDriver.configure(fault);
            FinetuneException e = assertThrows(FinetuneException.class, () -> {
                for (int step = 0; step < 3; step++) {
                    tail.fit(LABELS.length, LABELS, step);
                }
            });
            assertEquals(ExitCode.BACKEND, e.exitCode());
            assertTrue(
                    e.getMessage().matches("The GPU failed while [A-Za-z0-9_ ]+ .CUDA_ERROR_.* --backend cpu."),
                    e.getMessage());
        }
        assertEquals(before, StandInDriver.usedBytes());
    }
}

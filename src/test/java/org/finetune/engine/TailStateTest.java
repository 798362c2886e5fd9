package org.finetune.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.backend.HostMemory;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tails of all engines that go on from the state of another. */
class TailStateTest {
    private static final int CLASSES = 3;
    private static final int[] LABELS = {2, 0, 1};
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 32);
    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(CLASSES), 11);

    private static List<Engine> engines() {
        List<Engine> engines = new ArrayList<>(
                List.of(new FastEngine(ARCHITECTURE, CLASSES, OpProfile.NONE), new GraphEngine(ARCHITECTURE, CLASSES)));
        if (HostMemory.isAtHand()) {
            engines.add(new CudaEngine(StandInDriver.gpu(), ARCHITECTURE, CLASSES, OpProfile.NONE));
        }
        return engines;
    }

    private static TrainableTail tail(Engine engine, int unfreeze) {
        FreezeBoundary boundary = new FreezeBoundary(ARCHITECTURE, unfreeze);
        return engine.tail(WEIGHTS, boundary, new TailSettings(LABELS.length, 1e-3, 0.2, 0));
    }

    @Test
    void goesOnToTheSameBits() {
        for (Engine engine : engines()) {
            try (TrainableTail whole = tail(engine, 20);
                    TrainableTail resumed = tail(engine, 20)) {
                INDArray images =
                        Nd4j.rand(DataType.FLOAT, whole.input().shape()).muli(2).subi(1);
                whole.input().assign(images);
                resumed.input().assign(images);
                for (int step = 0; step < 3; step++) {
                    whole.fit(LABELS.length, LABELS, step);
                }
                TailState state = whole.state();
                assertEquals(3, state.step());
                resumed.setState(state);
                for (int step = 3; step < 6; step++) {
                    assertEquals(whole.fit(LABELS.length, LABELS, step), resumed.fit(LABELS.length, LABELS, step), 0);
                }
                assertArrayEquals(whole.parameters(), resumed.parameters());
                assertArrayEquals(whole.state().moments(), resumed.state().moments());
                // The state taken before is a copy.
                assertFalse(Arrays.equals(state.parameters(), whole.parameters()));
            }
        }
    }

    @Test
    void stateOfAnotherNetworkIsRefused() {
        for (Engine engine : engines()) {
            try (TrainableTail head = tail(engine, 0);
                    TrainableTail all = tail(engine, 60)) {
                assertThrows(IllegalArgumentException.class, () -> all.setState(head.state()));
            }
        }
    }
}

package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.engine.Engine;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.settings.TrainSettings.RateSchedule;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
    private static final int BATCH = 16;
    private static final PhaseSettings PHASE =
            new PhaseSettings(Phase.FINE_TUNE, 1, 0, BATCH, new LearningRateSchedule(RateSchedule.CONSTANT, 1e-3), 1);

    @Test
    void phaseThatDoesNotFitOnTheGpuEndsWithARemedy() {
        Architecture architecture = Architecture.of(0.35, 32);
        Weights weights = RandomWeights.of(architecture.network(3), 7);
        Engine engine = new CudaEngine(StandInDriver.gpu(), architecture, 3, OpProfile.NONE);
        FreezeBoundary boundary = new FreezeBoundary(architecture, 60);
        TailSettings settings = new TailSettings(BATCH, 1e-3, 0, 0);
        StandInDriver.configure("memory=2");
        DeviceMemoryException failure =
                assertThrows(DeviceMemoryException.class, () -> engine.tail(weights, boundary, settings));
        StandInDriver.configure("");

        FinetuneException e = assertInstanceOf(FinetuneException.class, TrainingMemory.explained(failure, PHASE, 100));
        assertEquals(ExitCode.BACKEND, e.exitCode());
        assertEquals(
                "Too little memory for phase 'fine-tune' on the GPU with --batch-size 16; set --batch-size 8 or less, a smaller"
                        + " --unfreeze or --size, or --backend cpu, or close other programs that use its memory"
                        + " ('nvidia-smi' shows them).",
                e.getMessage());
    }

    @Test
    void otherFailuresStayAsTheyAre() {
        RuntimeException failure = new IllegalStateException("something else");
        assertSame(failure, TrainingMemory.explained(failure, PHASE, 100));
    }
}

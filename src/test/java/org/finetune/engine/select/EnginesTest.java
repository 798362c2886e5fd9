package org.finetune.engine.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.PixelType;
import org.finetune.engine.EngineType;
import org.finetune.engine.check.SelfCheck;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What computes, on stand-ins for GPUs. */
class EnginesTest {
    private final List<String> notices = new ArrayList<>();

    @AfterEach
    void useTheCpu() {
        StandInDriver.configure("");
        Engines.start(new BackendOptions(BackendType.CPU, Optional.empty(), 0), SelfCheck.NETWORK, notices::add);
    }

    private void startAll(Optional<Integer> device) {
        Engines.startAll(
                new BackendOptions(BackendType.CUDA, device, 0), EngineType.FAST, SelfCheck.NETWORK, notices::add);
    }

    /** In each self-check the pooling runs three times. */
    @Test
    void allGpusThatPassTheirSelfCheckAreUsed() {
        StandInDriver.configure("devices=3,skip_average_pool=4");
        startAll(Optional.empty());
        assertEquals(List.of(Optional.of(0), Optional.of(2)), Engines.devices());
        assertEquals(2, Engines.selfChecks().size());
        assertEquals(1, notices.size(), notices.toString());
        assertTrue(notices.get(0).startsWith("Stand-in 1 (GPU 1 at 0000:18:00.0, 4.0 GiB"), notices.get(0));
        assertTrue(notices.get(0).contains("computes wrong results"), notices.get(0));
        assertEquals(PixelType.UINT8, Engines.pixels());
    }

    @Test
    void gpuThatIsNamedIsTheOnlyOne() {
        StandInDriver.configure("devices=3");
        startAll(Optional.of(2));
        assertEquals(List.of(Optional.of(2)), Engines.devices());
        assertTrue(Engines.description(Optional.of(2)).startsWith("Stand-in 2"));
    }

    @Test
    void gpuThatFailsItsSelfCheckIsNotUsed() {
        StandInDriver.configure("launch_adam=1");
        FinetuneException e = assertThrows(FinetuneException.class, () -> startAll(Optional.empty()));
        assertEquals(ExitCode.BACKEND, e.exitCode());
        assertTrue(e.getMessage().contains("fails its self-check: The GPU failed while"), e.getMessage());
        assertEquals(List.of(Optional.empty()), Engines.devices());
        assertEquals(PixelType.FLOAT32, Engines.pixels());
    }
}

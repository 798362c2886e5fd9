package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
    private static final CudaDevices T4 = CudaDevices.parse("Tesla T4, 510.47.03, 7.5");
    private static final CudaDevices H100 = CudaDevices.parse("NVIDIA H100, 535.54.03, 9.0");
    private static final CudaDevices NONE = CudaDevices.query("/no/such/nvidia-smi");

    @Test
    void usableCudaIsUsed() {
        assertEquals(new BackendChoice(Optional.empty(), true, ""), make(BackendType.AUTO, true, T4));
        assertEquals(new BackendChoice(Optional.empty(), true, ""), make(BackendType.CUDA, true, T4));
        CudaDevices mixed = CudaDevices.parse("NVIDIA H100, 535.54.03, 9.0\nTesla T4, 535.54.03, 7.5");
        assertTrue(make(BackendType.AUTO, true, mixed).cuda());
    }

    @Test
    void autoFallsBackWithALine() {
        BackendChoice noDevice = make(BackendType.AUTO, true, NONE);
        assertFalse(noDevice.cuda());
        assertEquals(
                "Using the CPU because no CUDA device was found: nvidia-smi was not found, so no NVIDIA driver "
                        + "is installed",
                noDevice.notice());

        BackendChoice tooNew = make(BackendType.AUTO, true, H100);
        assertFalse(tooNew.cuda());
        assertEquals(
                "Using the CPU because ND4J's CUDA backend does not support the NVIDIA H100 (compute capability 9.0,"
                        + " driver 535.54.03); it runs on compute capability 3.7 and 5.0 to 8.9",
                tooNew.notice());
    }

    @Test
    void cudaThatCannotBeUsedIsAnErrorWithARemedy() {
        assertRefused(false, NONE, "no CUDA device was found");
        assertRefused(true, NONE, "no CUDA device was found");
        assertRefused(true, H100, "does not support the NVIDIA H100");
        assertRefused(false, T4, "mvn -Pcuda -DskipTests package");
    }

    private static void assertRefused(boolean built, CudaDevices found, String part) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> make(BackendType.CUDA, built, found));
        assertEquals(ExitCode.BACKEND, e.exitCode());
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertTrue(e.getMessage().contains("--backend cpu"), e.getMessage());
    }

    private static BackendChoice make(BackendType wanted, boolean built, CudaDevices found) {
        return BackendChoice.make(wanted, BackendChoice.obstacle(built, found));
    }

    @Test
    void missingLibrariesAreAnObstacle() {
        assumeFalse(BackendChoice.isBuiltWithCuda());
        assertTrue(CudaLibraries.load().startsWith("CUDA 11.6 or cuDNN 8.3 is not installed: "), CudaLibraries.load());
    }

    @Test
    void cpuBuildWithoutWishForCudaSaysNothing() {
        assertEquals(new BackendChoice(Optional.empty(), false, ""), BackendChoice.make(BackendType.CPU));
    }
}

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

class Nd4jCudaTest {
    private static final CudaDevices T4 = CudaDevices.parse("0, GPU-a1, Tesla T4, 510.47.03, 7.5, 15360");
    private static final CudaDevices H100 = CudaDevices.parse("0, GPU-b2, NVIDIA H100, 535.54.03, 9.0, 81559");
    private static final CudaDevices BOTH = CudaDevices.parse(
            "0, GPU-b2, NVIDIA H100, 535.54.03, 9.0, 81559\n" + "1, GPU-a1, Tesla T4, 535.54.03, 7.5, 15360");
    private static final CudaDevices NONE = CudaDevices.query("/no/such/nvidia-smi");

    @Test
    void eachDeviceIsJudgedByItself() {
        assertEquals("GPU-a1", Nd4jCuda.choose(Optional.empty(), true, T4).uuid());
        assertEquals("GPU-a1", Nd4jCuda.choose(Optional.empty(), true, BOTH).uuid());
        assertEquals("GPU-a1", Nd4jCuda.choose(Optional.of(1), true, BOTH).uuid());
        assertRefused(Optional.of(0), true, BOTH, "does not support device 0, NVIDIA H100");
        assertRefused(Optional.of(2), true, BOTH, "there is no device 2; 'finetune doctor' lists");
    }

    @Test
    void nd4jIsForWhatOwnKernelsDoNotServe() {
        CudaDevices mixed = CudaDevices.parse("0, GPU-c3, Tesla V100, 535.54.03, 7.0, 16384\n"
                + "1, GPU-a1, Tesla T4, 535.54.03, 7.5, 15360\n2, GPU-d4, Tesla K20, 470.1, 3.5, 4743");
        assertTrue(Nd4jCuda.isWanted(Optional.of(0), mixed));
        assertFalse(Nd4jCuda.isWanted(Optional.of(1), mixed));
        assertFalse(Nd4jCuda.isWanted(Optional.of(2), mixed));
        assertFalse(Nd4jCuda.isWanted(Optional.of(3), mixed));
        assertFalse(Nd4jCuda.isWanted(Optional.empty(), mixed));
        assertFalse(Nd4jCuda.isWanted(Optional.empty(), NONE));
    }

    @Test
    void whatCannotBeUsedIsAnErrorWithARemedy() {
        assertRefused(Optional.empty(), false, NONE, "no CUDA device was found");
        assertRefused(Optional.empty(), true, NONE, "no CUDA device was found");
        assertRefused(
                Optional.empty(),
                true,
                H100,
                "ND4J's CUDA backend does not support device 0, NVIDIA H100 (compute capability 9.0, driver"
                        + " 535.54.03); it runs on compute capability 3.7 and 5.0 to 8.9");
        assertRefused(Optional.empty(), false, T4, "mvn -Pcuda -DskipTests package");
    }

    private static void assertRefused(Optional<Integer> wanted, boolean built, CudaDevices found, String part) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> Nd4jCuda.choose(wanted, built, found));
        assertEquals(ExitCode.BACKEND, e.exitCode());
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertTrue(e.getMessage().contains("--backend cpu"), e.getMessage());
    }

    @Test
    void missingLibrariesAreAnObstacle() {
        assumeFalse(Nd4jCuda.isBuilt());
        assertTrue(CudaLibraries.load().startsWith("CUDA 11.6 or cuDNN 8.3 is not installed: "), CudaLibraries.load());
    }
}

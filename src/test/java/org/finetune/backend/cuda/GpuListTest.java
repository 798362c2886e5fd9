package org.finetune.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.finetune.backend.ProcessEnvironment;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuListTest {
    @BeforeAll
    static void order() {
        ProcessEnvironment.set("CUDA_DEVICE_ORDER", "PCI_BUS_ID", "the test");
    }

    @Test
    void listsWhatTheDriverShows() {
        StandInDriver.configure("devices=2,memory=2048,version=11040,capability=75");
        GpuList list = GpuList.query();
        assertEquals("", list.problem());
        assertEquals("", list.obstacle());
        assertEquals(
                List.of(
                        new Gpu(0, "Stand-in 0", "0000:17:00.0", 2048L << 20, 7, 5, "11.4"),
                        new Gpu(1, "Stand-in 1", "0000:18:00.0", 2048L << 20, 7, 5, "11.4")),
                list.gpus());
        assertEquals(
                "Stand-in 1 (GPU 1 at 0000:18:00.0, 2.0 GiB, compute capability 7.5, CUDA 11.4)",
                list.gpus().get(1).toString());
        assertTrue(list.gpu(2).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "devices=0, the NVIDIA driver shows no GPU",
        "init=100, the NVIDIA driver shows no GPU",
        "init=803, the NVIDIA driver does not start: CUDA error 803",
        "version=10020, 'the NVIDIA driver supports CUDA 10.2, but 11.0 is needed (driver 450 or newer)'",
        "capability=61, 'the Stand-in 0 (GPU 0 at 0000:17:00.0, 4.0 GiB, compute capability 6.1, CUDA 12.2) is too old; compute capability 7.5 or higher is needed (Turing, of 2018)'"
    })
    void saysWhyNoneCanBeUsed(String faults, String obstacle) {
        StandInDriver.configure(faults);
        assertEquals(obstacle, GpuList.query().obstacle());
        assertEquals(0, GpuList.query().served().count());
    }

    @ParameterizedTest
    @CsvSource({"7, 0, false", "7, 5, true", "8, 0, true", "12, 0, true", "6, 9, false"})
    void servesTuringAndNewer(int major, int minor, boolean served) {
        assertEquals(served, new Gpu(0, "GPU", "0000:17:00.0", 1 << 30, major, minor, "12.2").isServed());
    }
}

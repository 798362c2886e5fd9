package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaDevicesTest {
    @TempDir
    private Path directory;

    @Test
    void readsEveryDevice() throws IOException {
        CudaDevices found = CudaDevices.query(script("echo '0, GPU-a1, Tesla T4, 510.47.03, 7.5, 15360';"
                + "echo '1, GPU-b2, NVIDIA GeForce RTX 3090, 510.47.03, 8.6, 24576'"));
        assertEquals("", found.problem());
        assertEquals(
                List.of(
                        new CudaDevice(0, "GPU-a1", "Tesla T4", "510.47.03", 7, 5, 15360),
                        new CudaDevice(1, "GPU-b2", "NVIDIA GeForce RTX 3090", "510.47.03", 8, 6, 24576)),
                found.devices());
    }

    @Test
    void saysWhatTheDriverSays() throws IOException {
        CudaDevices found = CudaDevices.query(script("echo 'Failed to initialize NVML: Driver mismatch'; exit 18"));
        assertEquals(List.of(), found.devices());
        assertEquals("nvidia-smi says: Failed to initialize NVML: Driver mismatch", found.problem());
    }

    @Test
    void survivesStrangeAnswers() throws IOException {
        assertTrue(CudaDevices.query(script("true")).problem().contains("lists none"));
        assertTrue(CudaDevices.query(script("echo No devices were found"))
                .problem()
                .contains("No devices were found"));
        assertTrue(
                CudaDevices.parse("0, GPU-c3, K80, 450, [N/A], 11441").problem().contains("could not be parsed"));
        assertTrue(CudaDevices.query(directory.toString()).devices().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "3,5,false",
        "3,7,true",
        "5,0,true",
        "5,3,true",
        "6,2,true",
        "7,0,true",
        "7,5,true",
        "8,0,true",
        "8,6,true",
        "8,9,true",
        "9,0,false",
        "10,0,false"
    })
    void supportsWhatItsMachineCodeRunsOn(int major, int minor, boolean supported) {
        assertEquals(supported, new CudaDevice(0, "GPU-a1", "card", "1", major, minor, 1024).runsNd4j());
    }

    /** As the CUDA programming guide says of CUDA_VISIBLE_DEVICES. */
    @ParameterizedTest
    @CsvSource({
        "'0,1,2', 'A B C'",
        "'2,0', 'C A'",
        "'1', 'B'",
        "'GPU-b', 'B'",
        "'GPU-b2,0', 'B A'",
        "' 1 , 2', 'B C'",
        "'0,7,1', 'A'",
        "'', ''",
        "'-1', ''",
        "'none', ''",
        "'MIG-a1', ''"
    })
    void devicesAreThoseThatTheEnvironmentMakesVisible(String variable, String names) {
        CudaDevices all =
                CudaDevices.parse("0, GPU-a1, A, 1, 7.5, 1\n1, GPU-b2, B, 1, 7.5, 1\n2, GPU-c3, C, 1, 7.5, 1");
        CudaDevices visible = all.visible(Optional.of(variable));
        assertEquals(names, visible.devices().stream().map(CudaDevice::name).collect(Collectors.joining(" ")));
        for (int number = 0; number < visible.devices().size(); number++) {
            assertEquals(number, visible.devices().get(number).number());
        }
        assertEquals(
                names.isEmpty() ? "CUDA_VISIBLE_DEVICES='" + variable + "' hides all 3 devices" : "",
                visible.problem());
        assertEquals(all, all.visible(Optional.empty()));
    }

    private String script(String body) throws IOException {
        Path script = directory.resolve("nvidia-smi");
        Files.deleteIfExists(script);
        Files.createFile(script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        return script.toString();
    }
}

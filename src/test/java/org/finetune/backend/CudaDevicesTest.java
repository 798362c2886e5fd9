package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaDevicesTest {
    @TempDir
    private Path directory;

    @Test
    void readsEveryDevice() throws IOException {
        CudaDevices found = CudaDevices.query(
                script("echo 'Tesla T4, 510.47.03, 7.5'; echo 'NVIDIA GeForce RTX 3090, 510.47.03, 8.6'"));
        assertEquals("", found.problem());
        assertEquals(
                List.of(
                        new CudaDevice("Tesla T4", "510.47.03", 7, 5),
                        new CudaDevice("NVIDIA GeForce RTX 3090", "510.47.03", 8, 6)),
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
        assertTrue(CudaDevices.parse("K80, 450, [N/A]").problem().contains("could not be parsed"));
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
        assertEquals(supported, new CudaDevice("card", "1", major, minor).isSupported());
    }

    private String script(String body) throws IOException {
        Path script = directory.resolve("nvidia-smi");
        Files.deleteIfExists(script);
        Files.createFile(script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        return script.toString();
    }
}

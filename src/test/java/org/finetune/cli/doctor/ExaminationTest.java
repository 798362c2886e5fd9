package org.finetune.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.backend.CudaDevice;
import org.finetune.backend.CudaDevices;
import org.finetune.cli.doctor.Diagnosis.Status;
import org.finetune.weights.WeightsDirectories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {
    @TempDir
    private Path directory;

    @Test
    void littleMemoryIsWorse() {
        assertEquals(Status.BAD, MemoryExamination.memory(512, 500).status());
        assertEquals(Status.WARN, MemoryExamination.memory(2048, 500).status());
        assertEquals(Status.OK, MemoryExamination.memory(8192, 500).status());
    }

    @Test
    void missingDeviceMattersOnlyToABuildWithCuda() {
        CudaDevices none = new CudaDevices(List.of(), "nvidia-smi lists none");
        assertEquals(List.of(Status.OK), statuses(CudaExamination.findings(false, none, device -> "")));
        assertEquals(List.of(Status.WARN), statuses(CudaExamination.findings(true, none, device -> "")));
    }

    @Test
    void everyDeviceIsListedWithWhatUsesItOrStandsInTheWay() {
        CudaDevice old = new CudaDevice(0, "GPU-a1", "Tesla K20", "470.1", 3, 5, 4743);
        CudaDevice usable = new CudaDevice(1, "GPU-b2", "Tesla T4", "470.1", 7, 5, 15360);
        List<Diagnosis> findings = CudaExamination.findings(
                true,
                new CudaDevices(List.of(old, usable), ""),
                device -> device.equals(old) ? "ND4J has no code for it" : "");
        assertEquals(List.of(Status.WARN, Status.OK), statuses(findings));
        assertEquals(
                "device 0, Tesla K20 (compute capability 3.5, driver 470.1), 4743 MiB",
                findings.get(0).text());
        assertEquals(
                "Not used because ND4J has no code for it.", findings.get(0).remedy());
        assertEquals(
                "device 1, Tesla T4 (compute capability 7.5, driver 470.1), 15360 MiB: used by '--backend cuda"
                        + " --device 1', with ND4J",
                findings.get(1).text());
    }

    private static List<Status> statuses(List<Diagnosis> findings) {
        return findings.stream().map(Diagnosis::status).toList();
    }

    @Test
    void weightsAreFoundInBothPlaces() throws IOException {
        Path models = Files.createDirectory(directory.resolve("models"));
        Path cache = directory.resolve("cache");
        WeightsExamination examination = new WeightsExamination(new WeightsDirectories(models, cache), () -> "");
        assertEquals(Status.WARN, examination.examine().get(0).status());
        Files.createFile(models.resolve("a.h5"));
        assertEquals(Status.WARN, examination.examine().get(0).status());
        Files.createFile(models.resolve("README.md"));
        Files.createFile(Files.createDirectory(cache)
                .resolve("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"));
        Diagnosis found = examination.examine().get(0);
        assertEquals(Status.OK, found.status());
        assertEquals(
                models.resolve("a.h5") + ", "
                        + cache.resolve("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"),
                found.text());
    }

    @Test
    void networkThatIsMissingIsSaidWithoutFailing() {
        WeightsDirectories none = new WeightsDirectories(directory.resolve("models"), directory.resolve("cache"));
        Diagnosis found = new WeightsExamination(none, () -> "example.org cannot be reached: unknown host")
                .examine()
                .get(1);
        assertEquals(Status.WARN, found.status());
        assertTrue(found.text().contains("example.org cannot be reached: unknown host"), found.text());
        assertTrue(found.remedy().contains("finetune weights get"), found.remedy());
    }

    @Test
    void directoriesThatCannotBeWrittenAreNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Diagnosis finding = WritableDirectory.examine("Output", file.resolve("runs"), Status.WARN);
        assertEquals(Status.WARN, finding.status());
        assertTrue(finding.remedy().contains(file.toString()), finding.remedy());
        assertEquals(
                Status.OK,
                WritableDirectory.examine("Output", directory.resolve("a/b"), Status.BAD)
                        .status());
    }
}

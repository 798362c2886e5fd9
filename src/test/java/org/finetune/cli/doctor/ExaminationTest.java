package org.finetune.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.backend.CudaDevice;
import org.finetune.backend.CudaDevices;
import org.finetune.cli.doctor.Diagnosis.Status;
import org.finetune.data.decode.process.HeifLibrary;
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
        assertEquals(
                Status.OK, CudaExamination.finding(false, none, "no device").status());
        assertEquals(
                Status.WARN, CudaExamination.finding(true, none, "no device").status());
    }

    @Test
    void devicesAreNamedWithWhatStandsInTheWay() {
        CudaDevices found = new CudaDevices(List.of(new CudaDevice("Tesla K20", "470.1", 3, 5)), "");
        Diagnosis unusable = CudaExamination.finding(true, found, "ND4J has no code for it");
        assertEquals(Status.WARN, unusable.status());
        assertTrue(unusable.text().contains("Tesla K20"), unusable.text());
        assertTrue(unusable.remedy().contains("no code for it"), unusable.remedy());
        assertEquals(Status.OK, CudaExamination.finding(true, found, "").status());
        assertEquals(
                Status.WARN,
                CudaExamination.finding(false, found, "this build does not include CUDA")
                        .status());
    }

    @Test
    void libraryForPhotosOfPhonesIsShownAndNotRequired() {
        Diagnosis absent = new HeifExamination(Optional::empty).examine().get(0);
        assertEquals(Status.OK, absent.status());
        assertTrue(absent.text().contains("the package libheif1"), absent.text());
        HeifLibrary.find().ifPresent(library -> {
            Diagnosis present = new HeifExamination(HeifLibrary::find).examine().get(0);
            assertTrue(present.text().startsWith("libheif " + library.version()), present.text());
        });
    }

    @Test
    void weightsAreFoundInBothPlaces() throws IOException {
        Path models = Files.createDirectory(directory.resolve("models"));
        Path cache = directory.resolve("cache");
        assertEquals(
                Status.WARN,
                new WeightsExamination(new WeightsDirectories(models, cache), () -> "")
                        .examine()
                        .get(0)
                        .status());
        Files.createFile(models.resolve("a.h5"));
        assertEquals(
                Status.WARN,
                new WeightsExamination(new WeightsDirectories(models, cache), () -> "")
                        .examine()
                        .get(0)
                        .status());
        Files.createFile(models.resolve("README.md"));
        Files.createFile(Files.createDirectory(cache)
                .resolve("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"));
        Diagnosis found = new WeightsExamination(new WeightsDirectories(models, cache), () -> "")
                .examine()
                .get(0);
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

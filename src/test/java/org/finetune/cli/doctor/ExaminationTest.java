package org.finetune.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.cli.doctor.Diagnosis.Status;
import org.finetune.data.decode.process.HeifLibrary;
import org.finetune.data.decode.process.TurboJpegLibrary;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.check.SelfCheck;
import org.finetune.weights.WeightsDirectories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void missingGpuIsNoFault() {
        List<Diagnosis> findings = CudaExamination.findings(new GpuList(List.of(), "no driver"), false, gpu -> null);
        assertEquals(List.of(Status.OK), statuses(findings));
        assertEquals("none: no driver", findings.get(0).text());
    }

    @ParameterizedTest
    @CsvSource({
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023, 535.129.03",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86  Release Build  (dvs-builder@U16), 570.86"
    })
    void releaseOfTheDriverIsShown(String version, String release) throws IOException {
        Path file = Files.writeString(directory.resolve("version"), version + "\nGCC version:  gcc version 12.2.0\n");
        assertEquals(
                Optional.of(Diagnosis.ok("Kernel", "NVIDIA's driver in the kernel is " + release)),
                CudaExamination.driver(file));
        assertEquals(Optional.empty(), CudaExamination.driver(directory.resolve("none")));
    }

    @Test
    void everyGpuIsListedWithWhatUsesItOrStandsInTheWay() {
        Gpu right = new Gpu(0, "H100", "0000:00:00.0", 80L << 30, 9, 0, "12.2");
        Gpu wrong = new Gpu(1, "A100", "0000:01:00.0", 40L << 30, 8, 0, "12.2");
        Gpu old = new Gpu(2, "P100", "0000:02:00.0", 16L << 30, 6, 0, "12.2");
        Gpu older = new Gpu(3, "K20", "0000:03:00.0", 4L << 30, 3, 5, "12.2");
        GpuList found = new GpuList(List.of(right, wrong, old, older), "");
        Function<Gpu, DeviceCheck> check =
                gpu -> DeviceCheck.of(gpu.toString(), () -> new SelfCheck(gpu.equals(right) ? 1e-6 : 1, 1e-5, 0.1));

        List<Diagnosis> without = CudaExamination.findings(found, false, check);
        assertEquals(List.of(Status.OK, Status.WARN, Status.WARN, Status.WARN), statuses(without));
        assertTrue(without.get(0)
                .text()
                .startsWith("H100 (GPU 0 at 0000:00:00.0, 80.0 GiB, compute capability 9.0, CUDA 12.2) passed"));
        assertTrue(
                without.get(1).text().contains("computes wrong results"),
                without.get(1).text());
        assertTrue(
                without.get(2).remedy().contains("mvn -Pcuda"), without.get(2).remedy());
        assertTrue(without.get(3).text().endsWith("is too old"), without.get(3).text());

        List<Diagnosis> with = CudaExamination.findings(found, true, check);
        assertEquals(List.of(Status.OK, Status.WARN, Status.OK, Status.WARN), statuses(with));
        assertTrue(
                with.get(2).text().contains("--backend cuda --device 2"),
                with.get(2).text());
    }

    private static List<Status> statuses(List<Diagnosis> findings) {
        return findings.stream().map(Diagnosis::status).toList();
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
    void libraryThatDecodesJpegIsShown() {
        Path file = Path.of("/lib/libturbojpeg.so.0");
        Diagnosis absent =
                new JpegExamination(Optional::empty, Optional::empty).examine().get(0);
        assertEquals(Status.OK, absent.status());
        assertTrue(absent.text().contains("the package libturbojpeg0"), absent.text());
        Diagnosis other = new JpegExamination(() -> Optional.of(file), Optional::empty)
                .examine()
                .get(0);
        assertTrue(other.text().startsWith("decoded by OpenCV, because " + file), other.text());
        TurboJpegLibrary.locate().ifPresent(installed -> {
            Diagnosis present = new JpegExamination(TurboJpegLibrary::locate, TurboJpegLibrary::find)
                    .examine()
                    .get(0);
            assertTrue(present.text().startsWith("decoded by " + installed), present.text());
        });
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

package org.finetune.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.finetune.backend.Nd4jCuda;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.select.Engines;

/** Which GPUs there are, what serves each, and whether it computes correctly. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "GPU";
    /** What the kernel's part of the driver says of itself. */
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    private static final Pattern RELEASE = Pattern.compile("\\b\\d{3,}\\.\\d+(\\.\\d+)?\\b");

    @Override
    public List<Diagnosis> examine() {
        return Stream.concat(
                        driver(DRIVER).stream(), findings(Engines.gpus(), Nd4jCuda.isBuilt(), Engines::check).stream())
                .toList();
    }

    /** The driver's release, such as "535.129.03", if a file has it. */
    static Optional<Diagnosis> driver(Path file) {
        try {
            return RELEASE.matcher(Files.readString(file))
                    .results()
                    .findFirst()
                    .map(release -> Diagnosis.ok("Kernel", "NVIDIA's driver in the kernel is " + release.group()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * A finding for each GPU.
     *
     * @param nd4j whether this build has ND4J's CUDA backend
     * @param check compares a GPU with the CPU
     */
    static List<Diagnosis> findings(GpuList found, boolean nd4j, Function<Gpu, DeviceCheck> check) {
        if (found.gpus().isEmpty()) {
            return List.of(Diagnosis.ok(SUBJECT, "none: " + found.problem()));
        }
        return found.gpus().stream()
                .map(gpu -> gpu.isServed() ? finding(check.apply(gpu)) : finding(gpu, nd4j))
                .toList();
    }

    private static Diagnosis finding(DeviceCheck check) {
        return check.passed()
                ? Diagnosis.ok(SUBJECT, check + "; used by --backend auto and cuda")
                : Diagnosis.warn(SUBJECT, check.toString(), "Update the NVIDIA driver; until then the CPU is used.");
    }

    /** A GPU that is too old for finetune's kernels. */
    private static Diagnosis finding(Gpu gpu, boolean nd4j) {
        if (!Nd4jCuda.runsOn(gpu.major(), gpu.minor())) {
            return Diagnosis.warn(SUBJECT, gpu + " is too old", "The CPU is used.");
        }
        return nd4j
                ? Diagnosis.ok(SUBJECT, gpu + ", used by '--backend cuda --device " + gpu.index() + "' through ND4J")
                : Diagnosis.warn(
                        SUBJECT,
                        gpu + " is too old for this build",
                        "'mvn -Pcuda -DskipTests package' builds finetune with ND4J's CUDA backend, which runs on it.");
    }
}

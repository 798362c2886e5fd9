package org.finetune.cli.doctor;

import java.util.List;
import java.util.function.Function;
import org.finetune.backend.Nd4jCuda;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;
import org.finetune.engine.check.DeviceCheck;
import org.finetune.engine.select.Engines;

/** Which GPUs there are, what serves each, and whether it computes correctly. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "GPU";

    @Override
    public List<Diagnosis> examine() {
        return findings(Engines.gpus(), Nd4jCuda.isBuilt(), Engines::check);
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

package org.finetune.cli.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.finetune.backend.BackendChoice;
import org.finetune.backend.CudaDevice;
import org.finetune.backend.CudaDevices;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;

/** The GPUs that our kernels run on, or else whether there are CUDA devices that this build can use through ND4J. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "CUDA";

    @Override
    public List<Diagnosis> examine() {
        GpuList gpus = GpuList.query();
        if (gpus.served().findAny().isPresent()) {
            return gpus.gpus().stream().map(CudaExamination::finding).toList();
        }
        CudaDevices found = CudaDevices.query();
        return List.of(finding(BackendChoice.isBuiltWithCuda(), found, BackendChoice.obstacle(found)));
    }

    private static Diagnosis finding(Gpu gpu) {
        return gpu.isServed()
                ? Diagnosis.ok(SUBJECT, gpu + ": the engine's own kernels run on it")
                : Diagnosis.warn(SUBJECT, gpu.toString(), "It is older than Turing (compute capability 7.5).");
    }

    static Diagnosis finding(boolean built, CudaDevices found, String obstacle) {
        if (found.devices().isEmpty() && !built) {
            return Diagnosis.ok(SUBJECT, "not used: " + found.problem());
        }
        String devices = found.devices().isEmpty()
                ? "no device"
                : found.devices().stream().map(CudaDevice::toString).collect(Collectors.joining(", "));
        return obstacle.isEmpty()
                ? Diagnosis.ok(SUBJECT, devices)
                : Diagnosis.warn(SUBJECT, devices, "Using the CPU because " + obstacle + ".");
    }
}

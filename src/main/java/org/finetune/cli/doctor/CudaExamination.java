package org.finetune.cli.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.finetune.backend.BackendChoice;
import org.finetune.backend.CudaDevice;
import org.finetune.backend.CudaDevices;

/** Whether there are CUDA devices, and whether this build can use them. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "CUDA";

    @Override
    public List<Diagnosis> examine() {
        CudaDevices found = CudaDevices.query();
        return List.of(finding(BackendChoice.isBuiltWithCuda(), found, BackendChoice.obstacle(found)));
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

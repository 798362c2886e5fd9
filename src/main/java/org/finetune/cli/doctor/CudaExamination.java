package org.finetune.cli.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.finetune.compute.BackendChoice;
import org.finetune.compute.CudaDevice;
import org.finetune.compute.CudaDevices;

/** Whether there are CUDA devices, and whether this build can use them. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "CUDA";

    @Override
    public List<Finding> examine() {
        CudaDevices found = CudaDevices.query();
        return List.of(finding(BackendChoice.isBuiltWithCuda(), found, BackendChoice.obstacle(found)));
    }

    static Finding finding(boolean built, CudaDevices found, String obstacle) {
        if (found.devices().isEmpty() && !built) {
            return Finding.ok(SUBJECT, "not used: " + found.problem());
        }
        String devices = found.devices().isEmpty()
                ? "no device"
                : found.devices().stream().map(CudaDevice::toString).collect(Collectors.joining(", "));
        return obstacle.isEmpty()
                ? Finding.ok(SUBJECT, devices)
                : Finding.warn(SUBJECT, devices, "The CPU is used, because " + obstacle + ".");
    }
}

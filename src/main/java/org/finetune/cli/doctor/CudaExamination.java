package org.finetune.cli.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.finetune.compute.BackendChoice;
import org.finetune.compute.CudaDevice;
import org.finetune.compute.CudaDevices;

/** Whether there are CUDA devices, and whether this build can use them. */
final class CudaExamination implements Examination {
    @Override
    public List<Finding> examine() {
        return List.of(finding(BackendChoice.isBuiltWithCuda(), CudaDevices.query()));
    }

    static Finding finding(boolean built, CudaDevices found) {
        String subject = "CUDA";
        if (found.devices().isEmpty() && !built) {
            return Finding.ok(subject, "not used: " + found.problem());
        }
        String devices = found.devices().stream().map(CudaDevice::toString).collect(Collectors.joining(", "));
        String obstacle = BackendChoice.obstacle(built, found);
        return obstacle.isEmpty()
                ? Finding.ok(subject, devices)
                : Finding.warn(
                        subject,
                        devices.isEmpty() ? "no device" : devices,
                        "The CPU is used, because " + obstacle + ".");
    }
}

package org.finetune.cli.doctor;

import java.util.List;
import java.util.function.Function;
import org.finetune.backend.CudaDevice;
import org.finetune.backend.CudaDevices;
import org.finetune.backend.Nd4jCuda;

/** Which CUDA devices there are, and what can compute on each. */
final class CudaExamination implements Examination {
    private static final String SUBJECT = "CUDA";

    @Override
    public List<Diagnosis> examine() {
        return findings(Nd4jCuda.isBuilt(), CudaDevices.query(), Nd4jCuda::obstacle);
    }

    /**
     * A finding for each device.
     *
     * @param obstacle why a device cannot be used, or ""
     */
    static List<Diagnosis> findings(boolean built, CudaDevices found, Function<CudaDevice, String> obstacle) {
        if (found.devices().isEmpty()) {
            String text = "no device: " + found.problem();
            return List.of(
                    built
                            ? Diagnosis.warn(SUBJECT, text, "This build includes CUDA for nothing.")
                            : Diagnosis.ok(SUBJECT, text));
        }
        return found.devices().stream()
                .map(device -> finding(device, obstacle.apply(device)))
                .toList();
    }

    private static Diagnosis finding(CudaDevice device, String obstacle) {
        String text = device + ", " + device.memoryMib() + " MiB";
        return obstacle.isEmpty()
                ? Diagnosis.ok(SUBJECT, text + ": used by '--backend cuda --device " + device.number() + "', with ND4J")
                : Diagnosis.warn(SUBJECT, text, "Not used because " + obstacle + ".");
    }
}

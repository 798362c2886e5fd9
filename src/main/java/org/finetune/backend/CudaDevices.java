package org.finetune.backend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The CUDA devices that this process may use, found out without loading CUDA.
 *
 * @param devices the devices, in the order of their numbers; none if there is a problem
 * @param problem why there are none, or ""
 */
public record CudaDevices(List<CudaDevice> devices, String problem) {
    /** The environment variable by which users, containers and batch systems choose devices. */
    static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

    private static final int TIMEOUT_SECONDS = 20;
    private static final int FIELDS = 6;

    public CudaDevices {
        devices = List.copyOf(devices);
    }

    /** Asks {@code nvidia-smi}, which comes with the driver, and takes {@code CUDA_VISIBLE_DEVICES} into account. */
    public static CudaDevices query() {
        return query("nvidia-smi").visible(Optional.ofNullable(System.getenv(VISIBLE)));
    }

    static CudaDevices query(String command) {
        try {
            Process process = new ProcessBuilder(
                            command,
                            "--query-gpu=index,uuid,name,driver_version,compute_cap,memory.total",
                            "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            // A line for each device fits into the pipe, so nothing has to be read meanwhile.
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return none("nvidia-smi does not respond");
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0
                    ? parse(answer)
                    : none("nvidia-smi says: " + answer.lines().findFirst().orElse("nothing"));
        } catch (IOException e) {
            return none("nvidia-smi was not found, so no NVIDIA driver is installed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none("the search was interrupted");
        }
    }

    /** Reads lines of the form {@code 0, GPU-8932f937, Tesla T4, 510.47.03, 7.5, 15360}. */
    static CudaDevices parse(String answer) {
        try {
            List<CudaDevice> devices = answer.lines().map(CudaDevices::device).toList();
            return devices.isEmpty() ? none("nvidia-smi lists none") : new CudaDevices(devices, "");
        } catch (IllegalArgumentException e) {
            return none("the output of nvidia-smi could not be parsed: " + e.getMessage());
        }
    }

    private static CudaDevice device(String line) {
        String[] fields = line.strip().split(",\\s*");
        String[] capability = fields.length == FIELDS ? fields[4].split("\\.") : new String[0];
        if (capability.length != 2) {
            throw new IllegalArgumentException(line);
        }
        return new CudaDevice(
                Integer.parseInt(fields[0]),
                fields[1],
                fields[2],
                fields[3],
                Integer.parseInt(capability[0]),
                Integer.parseInt(capability[1]),
                Long.parseLong(fields[5]));
    }

    /**
     * Those that an environment variable makes visible, renumbered: as CUDA does, in its order, up to the first name that
     * fits none. Numbers are those of nvidia-smi.
     *
     * @param variable numbers and UUIDs with commas between them; absent for all devices
     */
    CudaDevices visible(Optional<String> variable) {
        if (variable.isEmpty() || devices.isEmpty()) {
            return this;
        }
        List<CudaDevice> visible = new ArrayList<>();
        for (String name : variable.get().split(",")) {
            Optional<CudaDevice> device = devices.stream()
                    .filter(candidate -> candidate.isNamed(name.strip()))
                    .findFirst();
            if (device.isEmpty()) {
                break;
            }
            visible.add(device.get().at(visible.size()));
        }
        return visible.isEmpty()
                ? none(VISIBLE + "='" + variable.get() + "' hides all " + devices.size() + " devices")
                : new CudaDevices(visible, "");
    }

    private static CudaDevices none(String problem) {
        return new CudaDevices(List.of(), problem);
    }
}

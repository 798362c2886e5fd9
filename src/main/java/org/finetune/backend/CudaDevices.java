package org.finetune.backend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The CUDA devices of the machine, found out without loading CUDA.
 *
 * @param devices the devices; none if there is a problem
 * @param problem why there are none, or ""
 */
public record CudaDevices(List<CudaDevice> devices, String problem) {
    private static final int TIMEOUT_SECONDS = 20;

    /** Asks {@code nvidia-smi}, which comes with the driver. */
    public static CudaDevices query() {
        return query("nvidia-smi");
    }

    static CudaDevices query(String command) {
        try {
            Process process = new ProcessBuilder(
                            command, "--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader")
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

    /** Reads lines of the form {@code Tesla T4, 510.47.03, 7.5}. */
    static CudaDevices parse(String answer) {
        try {
            List<CudaDevice> devices = answer.lines().map(CudaDevices::device).toList();
            return devices.isEmpty() ? none("nvidia-smi lists none") : new CudaDevices(devices, "");
        } catch (IllegalArgumentException e) {
            return none("the output of nvidia-smi could not be parsed: " + e.getMessage());
        }
    }

    private static CudaDevice device(String line) {
        String[] fields = line.split(",\\s*");
        String[] capability = fields[fields.length - 1].strip().split("\\.");
        if (fields.length < 3 || capability.length != 2) {
            throw new IllegalArgumentException(line);
        }
        return new CudaDevice(fields[0], fields[1], Integer.parseInt(capability[0]), Integer.parseInt(capability[1]));
    }

    private static CudaDevices none(String problem) {
        return new CudaDevices(List.of(), problem);
    }
}

package org.finetune.backend.cuda;

import java.util.Locale;

/**
 * A GPU as the driver describes it.
 *
 * @param index its number among those that the driver shows, from 0; {@code CUDA_VISIBLE_DEVICES} changes which it shows
 * @param name product name
 * @param bus its place in the machine, as {@code nvidia-smi} shows it, such as "0000:17:00.0"
 * @param memory bytes of memory
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 * @param cuda highest version of CUDA that the driver supports, such as "12.2"
 */
public record Gpu(int index, String name, String bus, long memory, int major, int minor, String cuda) {
    /** Compute capability from which our kernels run: Turing's. */
    private static final int OLDEST_MAJOR = 7;

    private static final int OLDEST_MINOR = 5;

    /** Whether our kernels run on it. */
    public boolean isServed() {
        return isServed(major, minor);
    }

    /** Whether our kernels run on GPUs of a compute capability. */
    public static boolean isServed(int major, int minor) {
        return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR);
    }

    /** All that the last bits of a result may depend on, such as "NVIDIA H100 80GB HBM3, compute capability 9.0, CUDA 12.2". */
    public String kind() {
        return name + ", compute capability " + major + "." + minor + ", CUDA " + cuda;
    }

    /** Such as "NVIDIA H100 80GB HBM3 (GPU 0 at 0000:17:00.0, 79.6 GiB, compute capability 9.0, CUDA 12.2)". */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s (GPU %d at %s, %.1f GiB, compute capability %d.%d, CUDA %s)",
                name,
                index,
                bus,
                memory / (double) (1 << 30),
                major,
                minor,
                cuda);
    }
}

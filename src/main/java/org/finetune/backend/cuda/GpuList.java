package org.finetune.backend.cuda;

import com.sun.jna.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.FinetuneException;

/**
 * The GPUs that the driver shows.
 *
 * @param gpus the GPUs, by index; none if there is a problem
 * @param problem why there are none, or ""
 */
public record GpuList(List<Gpu> gpus, String problem) {
    /** The driver of CUDA 11.0. */
    private static final int OLDEST_VERSION = 11_000;

    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_BUS_ID = 32;
    /** What the driver puts there on Linux, and Windows for its Linux machines. */
    private static final List<Path> SIGNS = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    public GpuList {
        gpus = List.copyOf(gpus);
    }

    /** Whether there might be any: a quick look that loads nothing. */
    public static boolean mayHaveAny() {
        return SIGNS.stream().anyMatch(Files::exists);
    }

    /** Loads the driver, if there is one, and asks it. */
    public static GpuList query() {
        try {
            CudaDriver.load();
        } catch (LinkageError e) {
            return none("no NVIDIA driver of CUDA 11.0 or newer is installed (libcuda.so.1)");
        }
        int result = CudaDriver.cuInit(0);
        if (result == CudaDriver.NO_DEVICE) {
            return none("the NVIDIA driver shows no GPU");
        }
        if (result != CudaDriver.SUCCESS) {
            return none("the NVIDIA driver does not start: " + CudaFault.describe(result));
        }
        int[] version = new int[1];
        CudaFault.check(CudaDriver.cuDriverGetVersion(version), "asking for its driver");
        if (version[0] < OLDEST_VERSION) {
            return none("the NVIDIA driver supports CUDA " + text(version[0])
                    + ", but 11.0 is needed (driver 450 or newer)");
        }
        try {
            return list(text(version[0]));
        } catch (FinetuneException e) {
            return none(e.getMessage());
        }
    }

    private static GpuList list(String cuda) {
        int[] count = new int[1];
        CudaFault.check(CudaDriver.cuDeviceGetCount(count), "being counted");
        List<Gpu> gpus = new ArrayList<>();
        for (int index = 0; index < count[0]; index++) {
            gpus.add(describe(index, cuda));
        }
        return gpus.isEmpty() ? none("the NVIDIA driver shows no GPU") : new GpuList(gpus, "");
    }

    private static Gpu describe(int index, String cuda) {
        String doing = "being described";
        int[] device = new int[1];
        CudaFault.check(CudaDriver.cuDeviceGet(device, index), doing);
        byte[] name = new byte[LONGEST_NAME];
        CudaFault.check(CudaDriver.cuDeviceGetName(name, name.length, device[0]), doing);
        long[] memory = new long[1];
        CudaFault.check(CudaDriver.cuDeviceTotalMem_v2(memory, device[0]), doing);
        int[] major = new int[1];
        int[] minor = new int[1];
        CudaFault.check(CudaDriver.cuDeviceGetAttribute(major, CudaDriver.COMPUTE_CAPABILITY_MAJOR, device[0]), doing);
        CudaFault.check(CudaDriver.cuDeviceGetAttribute(minor, CudaDriver.COMPUTE_CAPABILITY_MINOR, device[0]), doing);
        byte[] bus = new byte[LONGEST_BUS_ID];
        CudaFault.check(CudaDriver.cuDeviceGetPCIBusId(bus, bus.length, device[0]), doing);
        return new Gpu(
                index,
                Native.toString(name, "UTF-8"),
                Native.toString(bus, "UTF-8"),
                memory[0],
                major[0],
                minor[0],
                cuda);
    }

    /** A version as the driver gives it, such as 12020. */
    private static String text(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /** The GPUs that our kernels run on. */
    public Stream<Gpu> served() {
        return gpus.stream().filter(Gpu::isServed);
    }

    /** Why none of them can be used, or "". */
    public String obstacle() {
        if (!problem.isEmpty() || served().findAny().isPresent()) {
            return problem;
        }
        return "the " + gpus.get(0) + " is too old; compute capability 7.5 or higher is needed (Turing, of 2018)";
    }

    /** The GPU of an index. */
    public Optional<Gpu> gpu(int index) {
        return index < gpus.size() ? Optional.of(gpus.get(index)) : Optional.empty();
    }

    private static GpuList none(String problem) {
        return new GpuList(List.of(), problem);
    }
}

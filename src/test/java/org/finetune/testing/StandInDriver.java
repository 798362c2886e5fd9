package org.finetune.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.backend.cuda.Gpu;
import org.finetune.backend.cuda.GpuList;

/**
 * An NVIDIA driver without a GPU ({@code src/test/cuda/libcuda.cpp}), which runs our kernels on the CPU. This process loads it in place
 * of any real one; other processes do with {@code LD_LIBRARY_PATH}.
 */
public final class StandInDriver {
    /** Variable of the environment with the faults of another process, as for {@link #configure}. */
    public static final String FAULTS = "FINETUNE_STAND_IN";

    private static final String LIBRARY = "libcuda.so.1";
    private static final Path KERNELS = Path.of("src", "main", "cuda");
    private static final Path SOURCES = Path.of("src", "test", "cuda");
    private static final Path TARGET =
            Path.of("target", "stand-in").toAbsolutePath().resolve(LIBRARY);

    private StandInDriver() {}

    /** The directory with the library. The test is skipped where there is no compiler. */
    public static Path directory() {
        try {
            build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return TARGET.getParent();
    }

    /**
     * The stand-in for a GPU, without faults. The test is skipped where there is no compiler. With the system property {@code
     * finetune.gpu=real}, which {@code scripts/gpu-check} sets, it is a GPU of this machine.
     */
    public static Gpu gpu() {
        if ("real".equals(System.getProperty("finetune.gpu"))) {
            return GpuList.query().served().findFirst().orElseThrow();
        }
        configure("");
        return GpuList.query().gpus().get(0);
    }

    /**
     * Gives the driver other properties and faults.
     *
     * @param faults as {@code libcuda.cpp} describes them
     */
    public static void configure(String faults) {
        function("stand_in_configure").invokeVoid(new Object[] {faults});
    }

    /** Bytes that are allocated on the device. */
    public static long usedBytes() {
        return (Long) function("stand_in_used").invoke(Long.class, new Object[0]);
    }

    /** Kernels that were launched since the last {@link #configure}. */
    public static long launches() {
        return (Long) function("stand_in_launches").invoke(Long.class, new Object[0]);
    }

    /** The same for one kernel. */
    public static long launches(String kernel) {
        return (Long) function("stand_in_launches_of").invoke(Long.class, new Object[] {kernel});
    }

    private static Function function(String name) {
        NativeLibrary.addSearchPath(LIBRARY, directory().toString());
        return NativeLibrary.getInstance(LIBRARY).getFunction(name);
    }

    private static synchronized void build() throws IOException, InterruptedException {
        if (Files.exists(TARGET) && Files.getLastModifiedTime(TARGET).compareTo(newest()) > 0) {
            return;
        }
        assumeTrue(Programs.exist("g++"), "Skipped: g++, which builds a stand-in for a GPU, is absent");
        Files.createDirectories(TARGET.getParent());
        Path built = Files.createTempFile(TARGET.getParent(), "building", ".so");
        List<String> command =
                new ArrayList<>(List.of("g++", "-std=c++17", "-O3", "-march=native", "-shared", "-fPIC"));
        // Vectors of four are read through pointers to floats, as in CUDA.
        command.addAll(List.of("-fno-strict-aliasing", "-Wall", "-Wno-unknown-pragmas", "-Wno-sign-compare"));
        command.addAll(List.of("-Wl,-soname," + LIBRARY, "-Wl,-Bsymbolic"));
        command.addAll(List.of("-I" + KERNELS, "-I" + SOURCES, "-o", built.toString()));
        Stream.of("libcuda.cpp", "fibers.cpp")
                .map(SOURCES::resolve)
                .map(Path::toString)
                .forEach(command::add);
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String messages = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), messages);
        assertEquals("", messages);
        // Whole or not at all: other processes may use it.
        Files.move(built, TARGET, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileTime newest() throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        for (Path directory : Arrays.asList(KERNELS, SOURCES)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    FileTime time = Files.getLastModifiedTime(file);
                    newest = time.compareTo(newest) > 0 ? time : newest;
                }
            }
        }
        return newest;
    }
}

package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

class BackendTest {

    @Test
    void startsOnTheCpuWithTheThreadsThatAreWanted() throws Exception {
        assertEquals("CpuBackend 1 1 1", run("CPU", "1"));
    }

    @Test
    void autoIsTheCpu() throws Exception {
        assertEquals("CpuBackend 1 1 1", run("AUTO", "1"));
    }

    @Test
    void cudaIsRefusedWithoutADevice() throws Exception {
        assertEquals("BACKEND", run("CUDA", "0"));
    }

    /** ND4J starts once in a process, so that each case has its own. */
    private static String run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                arguments[0],
                arguments[1]);
        builder.environment().put("PATH", "");
        builder.environment().remove("OMP_NUM_THREADS");
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().reduce("", (first, last) -> last);
    }

    /** Prints the backend, ND4J's number of threads, and OpenMP's on this and on another thread. */
    static final class Start {
        public static void main(String[] arguments) throws InterruptedException {
            Nd4jBackend backend;
            try {
                backend = Backend.start(new BackendOptions(
                        BackendType.valueOf(arguments[0]), Optional.empty(), Integer.parseInt(arguments[1])));
            } catch (org.finetune.FinetuneException e) {
                System.out.println(e.exitCode());
                return;
            }
            NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
            int[] other = new int[1];
            Thread thread = new Thread(() -> other[0] = ops.ompGetMaxThreads());
            thread.start();
            thread.join();
            System.out.println(backend.getClass().getSimpleName() + " "
                    + Nd4j.getEnvironment().maxThreads() + " " + ops.ompGetMaxThreads() + " " + other[0]);
        }
    }
}

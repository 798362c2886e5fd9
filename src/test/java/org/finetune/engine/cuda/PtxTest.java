package org.finetune.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.testing.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels as they are shipped. */
class PtxTest {
    private static final Path COMMITTED =
            Path.of("src", "main", "resources", "org", "finetune", "engine", "cuda", "kernels.ptx");

    @TempDir
    private Path directory;

    @Test
    void driversSinceCuda11TakeIt() throws Exception {
        String ptx = Files.readString(COMMITTED);
        assertTrue(ptx.contains("\n.version 7.0\n"));
        assertTrue(ptx.contains("\n.target sm_75\n"));
        assertFalse(ptx.matches("(?s).*\\b(atom|red)\\..*"), "Sums would depend on the order of threads");
    }

    /** Another version of nvcc may write other instructions for the same source. */
    @Test
    void isThatOfTheSources() throws Exception {
        assumeTrue(Programs.exist("nvcc"), "Skipped: nvcc is absent");
        Path built = directory.resolve("kernels.ptx");
        assertEquals("", run("scripts/build-ptx", built.toString()));
        assumeTrue(
                compiler(COMMITTED).equals(compiler(built)),
                () -> "Skipped: nvcc is not the version that the committed PTX was built with");
        assertEquals(Files.readString(built), Files.readString(COMMITTED), "Run scripts/build-ptx");
    }

    private static List<String> compiler(Path ptx) throws IOException {
        return Files.readAllLines(ptx).stream()
                .filter(line -> line.startsWith("// Cuda compilation tools"))
                .toList();
    }

    /** From Turing to Blackwell. */
    @ParameterizedTest
    @ValueSource(ints = {75, 80, 90, 100, 120})
    void noRegisterIsSpilled(int architecture) throws Exception {
        assumeTrue(Programs.exist("ptxas"), "Skipped: ptxas is absent");
        String messages = run(
                "ptxas",
                "--verbose",
                "--gpu-name=sm_" + architecture,
                "--output-file=" + directory.resolve("kernels.cubin"),
                COMMITTED.toString());
        List<String> spills =
                messages.lines().filter(line -> line.contains("spill")).toList();
        assertFalse(spills.isEmpty(), messages);
        for (String spill : spills) {
            assertTrue(spill.contains(" 0 bytes spill stores, 0 bytes spill loads"), messages);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), messages);
        return messages;
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.Python;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/gpu-check --quick}: all that it measures, on a stand-in for a GPU and on the CPU. */
@Tag("slow")
class GpuCheckIT {
    private static final String RUN = "whole run, 1 + 2 epochs";
    private static final String ACCURACY = "validation accuracy, 1 + 2 epochs";
    private static final List<String> ENGINE =
            List.of("frozenBase, batch 4", "frozenBase, batch 8", "trainingStep, batch 4", "trainingStep, batch 8");

    /** With what {@code mvn -Pgpu-check -DskipTests package} makes. */
    @TempDir
    private Path checkout;

    @BeforeEach
    void createCheckout() throws IOException {
        Path scripts = Files.createDirectories(checkout.resolve("scripts"));
        for (String name : List.of("finetune", "gpu-check", "gpu-check-pytorch.py")) {
            Files.copy(Path.of("scripts", name), scripts.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (String name : List.of("data", "models")) {
            Files.createSymbolicLink(checkout.resolve(name), Path.of(name).toAbsolutePath());
        }
        Path target = Files.createDirectories(checkout.resolve("target"));
        Map<String, String> links =
                Map.of("finetune.jar", "finetune.jar", "lib", "lib", "finetune-tests.jar", "test-classes");
        for (Map.Entry<String, String> link : links.entrySet()) {
            Files.createSymbolicLink(
                    target.resolve(link.getKey()),
                    Path.of("target", link.getValue()).toAbsolutePath());
        }
        Files.createDirectories(target.resolve("test-lib"));
    }

    @Test
    void measuresAGpuBesideTheCpu() throws Exception {
        Result result = gpuCheck()
                .with("LD_LIBRARY_PATH", StandInDriver.directory().toString())
                .with("PYTHON", "")
                .run();
        assertEquals(0, result.exitCode(), result.err());
        JsonNode report = report();
        assertTrue(report.at("/machine/GPUs").asText().startsWith("Stand-in 0 "), result.out());
        assertTrue(report.at("/machine/self-check").asText().startsWith("passed in "), result.out());
        assertEquals("not measured", report.at("/machine/PyTorch").asText());
        Map<String, Map<String, Double>> measured = measured(report);
        for (String work : ENGINE) {
            assertMeasured(measured, work, result, "finetune cpu", "finetune cuda");
        }
        assertMeasured(measured, RUN, result, "finetune cpu", "finetune cuda");
        assertMeasured(measured, ACCURACY, result, "finetune cpu", "finetune cuda");
        Map<String, Double> accuracy = measured.get(ACCURACY);
        // One photo of 32 may be a close call.
        assertEquals(accuracy.get("finetune cpu"), accuracy.get("finetune cuda"), 0.04);
        assertTrue(
                result.out()
                        .lines()
                        .anyMatch(row -> row.matches(
                                "\\| whole run \\| 1 \\+ 2 epochs \\| 1.0 \\| 32 \\| s(?: \\| [0-9.]+){2} \\|")),
                result.out());
    }

    @Test
    void measuresPytorchBesideFinetune() throws Exception {
        Python python = Python.with("torch", "torchvision");
        Result result = gpuCheck("--backend", "cpu")
                .with("PYTHON", python.interpreter().toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        JsonNode report = report();
        String version = python.run("-c", "import torch; print(torch.__version__)");
        assertEquals(version.strip(), report.at("/machine/PyTorch").asText());
        Map<String, Map<String, Double>> measured = measured(report);
        for (String work : ENGINE) {
            // Some versions of PyTorch have no AMP on the CPU.
            assertMeasured(measured, work, result, "PyTorch eager float32", "finetune cpu");
        }
        assertMeasured(measured, RUN, result, "PyTorch eager float32", "finetune cpu");
    }

    private CliProcess gpuCheck(String... options) {
        String[] quick = Stream.concat(Stream.of("--quick"), Stream.of(options)).toArray(String[]::new);
        return CliProcess.of(checkout.resolve("scripts/gpu-check"), quick);
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper()
                .readTree(checkout.resolve("target/gpu-check/gpu-check.json").toFile());
    }

    /** By what was done, then by what did it. */
    private static Map<String, Map<String, Double>> measured(JsonNode report) {
        Map<String, Map<String, Double>> measured = new TreeMap<>();
        for (JsonNode one : report.get("measurements")) {
            String work =
                    one.get("work").asText() + ", " + one.get("conditions").asText();
            measured.computeIfAbsent(work, key -> new TreeMap<>())
                    .put(one.get("by").asText(), one.get("value").asDouble());
        }
        return measured;
    }

    private static void assertMeasured(
            Map<String, Map<String, Double>> measured, String work, Result result, String... by) {
        Map<String, Double> values = measured.getOrDefault(work, Map.of());
        assertTrue(
                values.keySet().containsAll(List.of(by)),
                work + " is only measured by " + values.keySet() + ": " + result.err());
        values.values().forEach(value -> assertTrue(value > 0, work + ": " + values));
    }
}

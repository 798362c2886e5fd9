package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.model.ModelFile;
import org.finetune.model.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Exported graphs in Deeplearning4j. */
class ExportDl4jIT {
    @TempDir
    private Path directory;

    @Test
    void deeplearning4jGivesTheProbabilitiesOfPredict() throws Exception {
        Path out = directory.resolve("dl4j");
        ExportedRun.create(out, "--format", "dl4j");
        Tensor images = ExportedRun.images();
        for (String model : List.of("folded.zip", "model.zip")) {
            ComputationGraph graph =
                    ModelSerializer.restoreComputationGraph(out.resolve(model).toFile(), false);
            ExportedRun.assertPredictions(
                    graph.outputSingle(Nd4j.createFromArray(images.values()).reshape('c', images.shape()))
                            .toFloatMatrix(),
                    1e-5);
        }
        assertEquals(
                ModelFile.read(TrainedRun.shared().directory().resolve("model.zip"))
                        .weights(),
                ModelFile.read(out.resolve("model.zip")).weights());
        ExportedRun.assertSaid(runProgram(out));
    }

    /** Runs the exported program with the libraries, but without this project's jar. */
    private static String runProgram(Path exported) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "lib").toAbsolutePath() + "/*",
                exported.resolve("Predict.java").toString(),
                exported.toString()));
        ExportedRun.photos().forEach(photo -> command.add(photo.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        // Deeplearning4j's log goes the same way.
        return out.lines().filter(line -> line.startsWith("/")).collect(Collectors.joining("\n", "", "\n"));
    }
}

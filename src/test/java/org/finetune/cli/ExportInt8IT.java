package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports with 8-bit numbers. */
class ExportInt8IT {
    @TempDir
    private Path directory;

    @Test
    void accuracyIsMeasuredOnTheValidationPhotos() throws Exception {
        Path out = directory.resolve("tflite");
        Result result = ExportedRun.export(out, "--format", "tflite", "--int8").call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.out()
                        .matches("Accuracy on \\d+ validation photos: [0-9.]+% as trained, [0-9.]+% in 8 bits\\.\\R"
                                + "Checked on \\d+ validation photos: probabilities differ by at most [0-9.]+e-\\d+,"
                                + " .+ changed\\.\\R"),
                result.out());
        assertTrue(Files.exists(out.resolve("model.tflite")));
    }

    @Test
    void formatsThatHaveThemAreNamed() throws Exception {
        ExportedRun.export(directory.resolve("out"), "--format", "keras", "--int8")
                .call()
                .assertRefused(2, "--int8 is not for --format keras but for onnx, tflite");
    }
}

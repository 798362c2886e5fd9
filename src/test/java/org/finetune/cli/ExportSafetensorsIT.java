package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.export.LittleEndian;
import org.finetune.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported safetensors files in PyTorch. */
class ExportSafetensorsIT {
    private static final String PROBABILITIES =
            """
            import sys, numpy, torch
            sys.path.insert(0, sys.argv[1])
            from network import load
            classifier, metadata = load(sys.argv[1] + "/model.safetensors")
            images = numpy.fromfile(sys.argv[2], "<f4").reshape(-1, 96, 96, 3).transpose(0, 3, 1, 2)
            with torch.no_grad():
                for row in classifier(torch.from_numpy(images.copy())):
                    print(*row.tolist())
            """;

    @TempDir
    private Path directory;

    @Test
    void torchvisionGivesTheProbabilitiesOfPredict() throws Exception {
        Python python = Python.with("torch", "torchvision", "numpy", "PIL");
        Path out = directory.resolve("safetensors");
        ExportedRun exported = ExportedRun.create(out, "--format", "safetensors");
        Path images = Files.write(
                directory.resolve("images"),
                LittleEndian.bytes(ExportedRun.images().values()));
        ExportedRun.assertPredictions(
                ExportedRun.parse(python.run("-c", PROBABILITIES, out.toString(), images.toString())), 1e-5);
        exported.assertPredicts(python);
    }
}

package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.export.LittleEndian;
import org.finetune.testing.PhotoFolder;
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
        Python.require("torch", "torchvision", "numpy", "PIL");
        Path out = directory.resolve("safetensors");
        ExportedRun.create(out, "--format", "safetensors");
        Path images = Files.write(
                directory.resolve("images"),
                LittleEndian.bytes(ExportedRun.images().values()));
        ExportedRun.assertPredictions(
                ExportedRun.parse(Python.run("-c", PROBABILITIES, out.toString(), images.toString())), 1e-5);

        List<String> arguments =
                new ArrayList<>(List.of(out.resolve("predict.py").toString()));
        ExportedRun.photos().forEach(photo -> arguments.add(photo.toString()));
        List<String> lines =
                Python.run(arguments.toArray(String[]::new)).lines().toList();
        for (int photo = 0; photo < lines.size(); photo++) {
            String[] cells = lines.get(photo).split("  ");
            assertEquals(ExportedRun.photos().get(photo).toString(), cells[0]);
            float expected = ExportedRun.predictions()[photo][PhotoFolder.CLASSES.indexOf(cells[1])];
            // Another resize filter rounds otherwise.
            assertEquals(expected, Float.parseFloat(cells[2].replace("%", "")) / 100, 0.03, lines.get(photo));
        }
        assertEquals(ExportedRun.photos().size(), lines.size());
    }
}

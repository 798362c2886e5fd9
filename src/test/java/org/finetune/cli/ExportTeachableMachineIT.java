package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.Browser;
import org.finetune.testing.Node;
import org.finetune.testing.WebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports for Teachable Machine in its library. */
class ExportTeachableMachineIT {
    @TempDir
    private Path directory;

    @Test
    void libraryClassifiesSquarePhotosAsPredictDoes() throws Exception {
        Node.require("@teachablemachine/image");
        Node.require("tfjs-1");
        try (Browser browser = Browser.start()) {
            Path out = directory.resolve("teachable-machine");
            Result result =
                    ExportedRun.export(out, "--format", "teachable-machine").call();
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.err().contains("crops photos to the middle square"), result.err());
            Files.copy(Node.file("tfjs-1/dist/tf.min.js"), out.resolve("tf.min.js"));
            String library = "teachablemachine-image.min.js";
            Files.copy(Node.file("@teachablemachine/image/dist/" + library), out.resolve(library));
            Path photos = ExportedRun.photoDirectory();
            try (WebServer server = new WebServer(Map.of("/model/", out, "/photos/", photos))) {
                browser.open(server.address("/model/predict.html"));
                for (Path photo : ExportedRun.photos()) {
                    Object said = browser.runAsync(
                            """
                            const done = arguments[arguments.length - 1];
                            fetch("/photos/%s")
                              .then((response) => response.blob())
                              .then(createImageBitmap)
                              .then((image) => {
                                const canvas = document.createElement("canvas");
                                canvas.width = canvas.height = 96;
                                const context = canvas.getContext("2d");
                                context.imageSmoothingQuality = "high";
                                context.drawImage(image, 0, 0, 96, 96);
                                return classify(canvas);
                              })
                              .then(([best]) => done(best.className + "  " + 100 * best.probability))
                              .catch((error) => done(String(error)));
                            """
                                    .formatted(photos.relativize(photo)));
                    ExportedRun.assertPrediction(photo, String.valueOf(said));
                }
            }
        }
    }
}

package org.finetune.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.finetune.export.onnx.OnnxExporter;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files with 8-bit numbers in ONNX Runtime. */
class OnnxInt8Test {
    @TempDir
    private Path directory;

    @Test
    void onnxRuntimeComputesWithThemAsTheCheckDoes() throws Exception {
        SavedModel model = ExportTest.model(0.5, 75, 3);
        Tensor images = ExportTest.images(4, 75);
        OnnxExporter exporter = new OnnxExporter(Layout.NHWC, InputRange.SCALED, Optional.of(images));
        Path out = directory.resolve("onnx");
        new Export(exporter, out).write(model, images, exported -> {});
        OnnxExporter whole = new OnnxExporter(Layout.NHWC, InputRange.SCALED, Optional.empty());
        new Export(whole, directory.resolve("float")).write(model, images, exported -> {});
        long size = Files.size(directory.resolve("float").resolve("model.onnx"));
        assertTrue(Files.size(out.resolve("model.onnx")) < 0.35 * size);

        float[][] checked = exporter.read(model, out).get(0).classify(images);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(out.resolve("model.onnx").toString());
                OnnxTensor input =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.values()), images.shape());
                OrtSession.Result result = session.run(Map.of("images", input))) {
            float[][] found = (float[][]) result.get(0).getValue();
            for (int image = 0; image < found.length; image++) {
                // Sums of float32 products may round to the neighbouring number.
                assertArrayEquals(checked[image], found[image], 0.02f);
            }
        }
    }
}

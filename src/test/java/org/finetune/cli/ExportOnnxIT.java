package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.model.Tensor;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exported ONNX files in ONNX Runtime and ONNX's own checker. */
class ExportOnnxIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"nchw, false", "nhwc, true"})
    void onnxRuntimeGivesTheProbabilitiesOfPredict(String layout, boolean pixels) throws Exception {
        Path out = directory.resolve("onnx");
        ExportedRun exported = pixels
                ? ExportedRun.create(out, "--format", "onnx", "--layout", layout, "--pixels")
                : ExportedRun.create(out, "--format", "onnx", "--layout", layout);
        assertEquals(layout, exported.preprocessing().at("/input/layout").textValue());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                environment.createSession(out.resolve("model.onnx").toString())) {
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            assertEquals(PhotoFolder.CLASSES, new ObjectMapper().readValue(metadata.get("labels"), List.class));
            assertEquals(exported.preprocessing(), new ObjectMapper().readTree(metadata.get("preprocessing")));
            Tensor input = input(ExportedRun.images(), layout.equals("nchw"), pixels);
            try (OnnxTensor images =
                            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.values()), input.shape());
                    OrtSession.Result result = session.run(Map.of("images", images))) {
                ExportedRun.assertPredictions((float[][]) result.get(0).getValue(), 1e-5);
            }
        }
    }

    private static Tensor input(Tensor images, boolean channelsFirst, boolean pixels) {
        float[] values = new float[images.values().length];
        int places = ExportedRun.SIZE * ExportedRun.SIZE;
        for (int i = 0; i < values.length; i++) {
            int image = i / (3 * places);
            int place = i / 3 % places;
            int to = channelsFirst ? (3 * image + i % 3) * places + place : i;
            values[to] = pixels ? (images.values()[i] + 1) * 127.5f : images.values()[i];
        }
        long count = images.shape()[0];
        long size = ExportedRun.SIZE;
        return new Tensor(
                values, channelsFirst ? new long[] {count, 3, size, size} : new long[] {count, size, size, 3});
    }

    @Test
    void onnxFindsNothingWrong() throws Exception {
        Python python = Python.with("onnx");
        Path out = directory.resolve("onnx");
        ExportedRun.create(out, "--format", "onnx");
        python.run(
                "-c",
                "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)",
                out.resolve("model.onnx").toString());
    }

    @Test
    void programInPythonPredicts() throws Exception {
        Python python = Python.with("onnxruntime", "numpy", "PIL");
        ExportedRun.create(directory.resolve("onnx"), "--format", "onnx").assertPredicts(python);
    }
}

package org.finetune.export.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.model.SavedModel;

/**
 * TensorFlow Lite, with metadata and labels inside. The input {@code images} is {@code [N,H,W,3]}, the output
 * {@code probabilities} is {@code [N,classes]}, both float32; files say one image, and runtimes may resize the input.
 */
public final class TfliteExporter implements Exporter {
    private static final String MODEL = "model.tflite";
    private static final String LABELS = "labels.txt";
    private static final String PROGRAM = "predict.py";
    private static final String ANDROID_PROGRAM = "Classifier.kt";

    @Override
    public List<String> files() {
        return List.of(MODEL, PROGRAM, ANDROID_PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("name", TfliteGraph.INPUT);
        input.putAll(Layout.NHWC.input(model.architecture().size(), InputRange.SCALED));
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        byte[] graph = TfliteGraph.of(model, TfliteMetadata.of(LABELS));
        TfliteFile.write(directory.resolve(MODEL), graph, LABELS, model.classes());
        ExportedFiles.copy(TfliteExporter.class, PROGRAM, directory);
        ExportedFiles.copy(TfliteExporter.class, ANDROID_PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        TfliteInterpreter interpreter =
                new TfliteInterpreter(ByteBuffer.wrap(Files.readAllBytes(directory.resolve(MODEL))));
        return List.of(ExportedModel.of(interpreter::run));
    }
}

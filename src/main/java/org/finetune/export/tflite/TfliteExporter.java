package org.finetune.export.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.export.quantization.ActivationRanges;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * TensorFlow Lite, with metadata and labels inside. The input {@code images} is {@code [N,H,W,3]}, the output
 * {@code probabilities} is {@code [N,classes]}, both float32; files say one image, and runtimes may resize the input.
 *
 * @param calibration photos to choose the scales of 8-bit numbers with, {@code [N,H,W,3]} scaled to [-1, 1]; absent where the
 *     network is to compute with float32
 */
public record TfliteExporter(Optional<Tensor> calibration) implements Exporter {
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

    /** How far 8-bit numbers may differ is a matter of accuracy, which is measured on more photos. */
    @Override
    public double tolerance() {
        return calibration.isPresent() ? Double.POSITIVE_INFINITY : Exporter.super.tolerance();
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        TfliteFile.write(directory.resolve(MODEL), graph(model), LABELS, model.classes());
        ExportedFiles.copy(TfliteExporter.class, PROGRAM, directory);
        ExportedFiles.copy(TfliteExporter.class, ANDROID_PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    private byte[] graph(SavedModel model) throws IOException {
        byte[] floats = TfliteGraph.of(model, TfliteMetadata.of(LABELS), Optional.empty());
        if (calibration.isEmpty()) {
            return floats;
        }
        TfliteInterpreter interpreter = new TfliteInterpreter(ByteBuffer.wrap(floats));
        ActivationRanges ranges = new ActivationRanges();
        ExportedModel.of(images -> interpreter.run(images, ranges::observe)).classify(calibration.get());
        return TfliteGraph.of(model, TfliteMetadata.of(LABELS), Optional.of(ranges));
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        TfliteInterpreter interpreter =
                new TfliteInterpreter(ByteBuffer.wrap(Files.readAllBytes(directory.resolve(MODEL))));
        return List.of(ExportedModel.of(interpreter::run));
    }
}

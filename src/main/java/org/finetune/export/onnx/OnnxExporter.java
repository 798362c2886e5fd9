package org.finetune.export.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.onnx.OnnxProto.GraphProto;
import org.finetune.export.onnx.OnnxProto.ModelProto;
import org.finetune.export.onnx.OnnxProto.OperatorSetIdProto;
import org.finetune.export.onnx.OnnxProto.StringStringEntryProto;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * ONNX, with the classes and the preprocessing as metadata. The input {@code images} is {@code [N,3,H,W]} or
 * {@code [N,H,W,3]}, the output {@code probabilities} is {@code [N,classes]}, both float32.
 *
 * @param layout layout of the input
 * @param pixels whether the network takes values from 0 to 255 and scales them itself
 */
public record OnnxExporter(Layout layout, boolean pixels) implements Exporter {
    private static final String MODEL = "model.onnx";
    private static final String PROGRAM = "predict.py";

    /** The oldest that has the Softmax of today; runtimes since 2020 know it. */
    private static final int OPSET = 13;
    /** The version of the file format that belongs to it. */
    private static final int IR_VERSION = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        List<Object> shape = new ArrayList<>(List.of("N"));
        shape.addAll(layout.image(model.architecture().size()));
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("name", OnnxGraph.INPUT);
        input.put("layout", layout.toString());
        input.put("shape", shape);
        input.put("range", pixels ? List.of(0, 255) : List.of(-1, 1));
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        ModelProto onnx = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("finetune")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(OnnxGraph.of(model, layout, pixels))
                .addMetadataProps(metadata("labels", model.classes()))
                .addMetadataProps(metadata("preprocessing", ExportedFiles.preprocessing(model, this)))
                .build();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(MODEL)))) {
            onnx.writeTo(out);
        }
        ExportedFiles.copy(OnnxExporter.class, PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    private static StringStringEntryProto metadata(String key, Object value) throws IOException {
        return StringStringEntryProto.newBuilder()
                .setKey(key)
                .setValue(JSON.writeValueAsString(value))
                .build();
    }

    @Override
    public ExportedModel read(SavedModel model, Path directory) throws IOException {
        try {
            GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(directory.resolve(MODEL)))
                    .getGraph();
            OnnxInterpreter interpreter = new OnnxInterpreter(graph);
            return images -> classify(interpreter, images);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(MODEL + " is damaged", e);
        }
    }

    /** Two images at a time: enough to see that any number will do, and little memory. */
    private float[][] classify(OnnxInterpreter interpreter, Tensor images) {
        List<float[]> rows = new ArrayList<>();
        int count = (int) images.shape()[0];
        for (int first = 0; first < count; first += 2) {
            Tensor output = interpreter.run(input(images, first, Math.min(count, first + 2)));
            int classes = (int) output.shape()[1];
            for (int start = 0; start < output.values().length; start += classes) {
                rows.add(Arrays.copyOfRange(output.values(), start, start + classes));
            }
        }
        return rows.toArray(float[][]::new);
    }

    /** Some of the images as the network takes them. */
    private Tensor input(Tensor images, int first, int end) {
        int size = (int) images.shape()[1];
        int places = size * size;
        int count = end - first;
        float[] values = new float[count * places * 3];
        for (int i = 0; i < values.length; i++) {
            float value = images.values()[first * places * 3 + i];
            int image = i / (places * 3);
            int place = i / 3 % places;
            int to = layout == Layout.NHWC ? i : (image * 3 + i % 3) * places + place;
            values[to] = pixels ? Math.round((value + 1) * 127.5f) : value;
        }
        long[] shape = layout == Layout.NHWC ? new long[] {count, size, size, 3} : new long[] {count, 3, size, size};
        return new Tensor(values, shape);
    }
}

package org.finetune.export.onnx;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import org.finetune.export.onnx.OnnxProto.GraphProto;
import org.finetune.export.onnx.OnnxProto.ModelProto;
import org.finetune.export.onnx.OnnxProto.OperatorSetIdProto;
import org.finetune.export.onnx.OnnxProto.StringStringEntryProto;
import org.finetune.export.quantization.ActivationRanges;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * ONNX, with the classes and the preprocessing as metadata. The input {@code images} is {@code [N,3,H,W]} or
 * {@code [N,H,W,3]}, the output {@code probabilities} is {@code [N,classes]}, both float32.
 *
 * @param layout layout of the input
 * @param range values of the input
 * @param calibration photos to choose the scales of 8-bit numbers with, {@code [N,H,W,3]} scaled to [-1, 1]; absent where the
 *     network is to compute with float32
 */
public record OnnxExporter(Layout layout, InputRange range, Optional<Tensor> calibration) implements Exporter {
    private static final String MODEL = "model.onnx";
    private static final String PROGRAM = "predict.py";

    /** The oldest that has the Softmax of today; runtimes since 2020 know it. */
    private static final int OPSET = 13;
    /** The version of the file format that belongs to it. */
    private static final int IR_VERSION = 7;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("name", OnnxGraph.INPUT);
        input.putAll(layout.input(model.architecture().size(), range));
        return input;
    }

    /** How far 8-bit numbers may differ is a matter of accuracy, which is measured on more photos. */
    @Override
    public double tolerance() {
        return calibration.isPresent() ? Double.POSITIVE_INFINITY : Exporter.super.tolerance();
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        ModelProto onnx = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("finetune")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph(model))
                .addMetadataProps(metadata("labels", model.classes()))
                .addMetadataProps(metadata("preprocessing", ExportedFiles.preprocessing(model, this)))
                .build();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(MODEL)))) {
            onnx.writeTo(out);
        }
        ExportedFiles.copy(OnnxExporter.class, PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    private GraphProto graph(SavedModel model) {
        GraphProto graph = OnnxGraph.of(model, layout, range);
        return calibration
                .map(photos -> {
                    OnnxInterpreter interpreter = new OnnxInterpreter(graph);
                    ActivationRanges ranges = new ActivationRanges();
                    ExportedModel.of(images -> interpreter.run(input(images), ranges::observe))
                            .classify(photos);
                    return QdqGraph.of(graph, ranges);
                })
                .orElse(graph);
    }

    private static StringStringEntryProto metadata(String key, Object value) throws IOException {
        return StringStringEntryProto.newBuilder()
                .setKey(key)
                .setValue(JSON.writeValueAsString(value))
                .build();
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        try {
            GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(directory.resolve(MODEL)))
                    .getGraph();
            OnnxInterpreter interpreter = new OnnxInterpreter(graph);
            return List.of(ExportedModel.of(images -> interpreter.run(input(images))));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new IOException(MODEL + " is damaged", e);
        }
    }

    /** Images as the network takes them. */
    private Tensor input(Tensor images) {
        Tensor ranged = range.of(images);
        int count = (int) images.shape()[0];
        int size = (int) images.shape()[1];
        if (layout == Layout.NHWC) {
            return ranged;
        }
        int places = size * size;
        float[] values = new float[ranged.values().length];
        for (int i = 0; i < values.length; i++) {
            values[(i / (places * 3) * 3 + i % 3) * places + i / 3 % places] = ranged.values()[i];
        }
        return new Tensor(values, new long[] {count, 3, size, size});
    }
}

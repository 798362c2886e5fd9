package org.finetune.export.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportCheck;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.LittleEndian;
import org.finetune.model.KerasLayer;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * A layers model of TensorFlow.js. Its input is {@code [N,H,W,3]}, its output {@code [N,classes]} probabilities, both
 * float32.
 */
public final class TfjsExporter implements Exporter {
    private static final String MODEL = "model.json";
    private static final String WEIGHTS = "weights.bin";
    private static final String PROGRAM = "predict.html";
    private static final String MODULE = "classifier.js";
    private static final String NAME = "name";
    private static final String SHAPE = "shape";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, WEIGHTS, MODULE, PROGRAM);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        int size = model.architecture().size();
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("layout", "nhwc");
        input.put(SHAPE, List.of("N", size, size, 3));
        input.put("range", List.of(-1, 1));
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("format", "layers-model")
                .put("generatedBy", "finetune")
                .putNull("convertedBy");
        ObjectNode topology =
                json.putObject("modelTopology").put("keras_version", "2.15.0").put("backend", "tensorflow");
        topology.set("model_config", new KerasTopology(model).keras2());
        ObjectNode group = json.putArray("weightsManifest").addObject();
        group.putArray("paths").add(WEIGHTS);
        ArrayNode entries = group.putArray("weights");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(WEIGHTS)))) {
            for (KerasLayer layer : network(model)) {
                for (String parameter : layer.type().parameterNames()) {
                    Tensor tensor = model.weights().get(layer.name(), parameter);
                    ObjectNode entry = entries.addObject().put(NAME, layer.name() + "/" + parameter);
                    entry.set(SHAPE, JSON.valueToTree(tensor.shape()));
                    entry.put("dtype", "float32");
                    out.write(LittleEndian.bytes(tensor.values()));
                }
            }
        }
        Files.write(directory.resolve(MODEL), JSON.writeValueAsBytes(json));
        ExportedFiles.copy(TfjsExporter.class, MODULE, directory);
        ExportedFiles.copy(TfjsExporter.class, PROGRAM, directory);
    }

    private static List<KerasLayer> network(SavedModel model) {
        return model.architecture().network(model.classes().size());
    }

    /** The parameters are run as the original ones are; of the topology it is checked that it is the network's. */
    @Override
    public ExportedModel read(SavedModel model, Path directory) throws IOException {
        try {
            JsonNode json = JSON.readTree(directory.resolve(MODEL).toFile());
            if (!json.at("/modelTopology/model_config")
                    .equals(JSON.readTree(new KerasTopology(model).keras2().toString()))) {
                throw new IOException(MODEL + " has another network");
            }
            Weights weights = weights(
                    json.at("/weightsManifest/0/weights"),
                    ByteBuffer.wrap(Files.readAllBytes(directory.resolve(WEIGHTS))));
            SavedModel read = new SavedModel(
                    model.architecture(), model.classes(), model.unfreeze(), model.preprocessing(), weights);
            return images -> ExportCheck.classify(read, images);
        } catch (JsonProcessingException e) {
            throw new IOException(MODEL + " is damaged", e);
        }
    }

    private static Weights weights(JsonNode entries, ByteBuffer values) throws IOException {
        Weights weights = new Weights();
        for (JsonNode entry : entries) {
            long[] shape = JSON.treeToValue(entry.get(SHAPE), long[].class);
            int bytes = Tensor.length(shape) * Float.BYTES;
            String[] name = entry.get(NAME).textValue().split("/");
            Tensor tensor = new Tensor(LittleEndian.floats(values.slice(values.position(), bytes)), shape);
            values.position(values.position() + bytes);
            weights.put(name[0], name[1], tensor);
        }
        return weights;
    }
}

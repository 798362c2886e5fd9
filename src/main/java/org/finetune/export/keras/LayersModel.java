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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.LittleEndian;
import org.finetune.model.Tensor;

/** A layers model of TensorFlow.js: Keras's configuration in {@code model.json}, parameters in {@code weights.bin}. */
final class LayersModel {
    static final String MODEL = "model.json";
    static final String WEIGHTS = "weights.bin";

    private static final String NAME = "name";
    private static final String SHAPE = "shape";
    private static final String TYPE = "dtype";
    private static final String QUANTIZATION = "quantization";
    private static final String FLOAT = "float32";
    private static final String HALF = "float16";

    private static final ObjectMapper JSON = new ObjectMapper();

    private LayersModel() {}

    /**
     * Writes a model.
     *
     * @param half whether parameters take 16 bits
     */
    static void write(Path directory, KerasTopology topology, boolean half) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("format", "layers-model")
                .put("generatedBy", "finetune")
                .putNull("convertedBy");
        json.putObject("modelTopology")
                .put("keras_version", "2.15.0")
                .put("backend", "tensorflow")
                .set("model_config", topology.keras2());
        ObjectNode group = json.putArray("weightsManifest").addObject();
        group.putArray("paths").add(WEIGHTS);
        ArrayNode entries = group.putArray("weights");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(WEIGHTS)))) {
            for (String layer : topology.names()) {
                for (Map.Entry<String, Tensor> parameter :
                        topology.parameters(layer).entrySet()) {
                    Tensor tensor = parameter.getValue();
                    ObjectNode entry = entries.addObject().put(NAME, layer + "/" + parameter.getKey());
                    entry.set(SHAPE, JSON.valueToTree(tensor.shape()));
                    entry.put(TYPE, FLOAT);
                    if (half) {
                        entry.putObject(QUANTIZATION)
                                .put("original_dtype", FLOAT)
                                .put(TYPE, HALF);
                    }
                    out.write(half ? LittleEndian.halfBytes(tensor.values()) : LittleEndian.bytes(tensor.values()));
                }
            }
        }
        Files.write(directory.resolve(MODEL), JSON.writeValueAsBytes(json));
    }

    /**
     * Reads a model.
     *
     * @throws IOException if its files are damaged or are not what {@link #write} writes
     */
    static KerasInterpreter read(Path directory) throws IOException {
        try {
            JsonNode json = JSON.readTree(directory.resolve(MODEL).toFile());
            Map<String, List<Tensor>> parameters = parameters(
                    json.at("/weightsManifest/0/weights"),
                    ByteBuffer.wrap(Files.readAllBytes(directory.resolve(WEIGHTS))));
            return new KerasInterpreter(json.at("/modelTopology/model_config"), parameters);
        } catch (JsonProcessingException e) {
            throw new IOException(MODEL + " is damaged", e);
        }
    }

    private static Map<String, List<Tensor>> parameters(JsonNode entries, ByteBuffer values) throws IOException {
        Map<String, List<Tensor>> parameters = new LinkedHashMap<>();
        for (JsonNode entry : entries) {
            long[] shape = JSON.treeToValue(entry.get(SHAPE), long[].class);
            boolean half = entry.path(QUANTIZATION).path(TYPE).asText().equals(HALF);
            int bytes = Tensor.length(shape) * (half ? Short.BYTES : Float.BYTES);
            ByteBuffer slice = values.slice(values.position(), bytes);
            values.position(values.position() + bytes);
            String layer = entry.get(NAME).textValue().split("/")[0];
            parameters
                    .computeIfAbsent(layer, key -> new ArrayList<>())
                    .add(new Tensor(half ? LittleEndian.halves(slice) : LittleEndian.floats(slice), shape));
        }
        return parameters;
    }
}

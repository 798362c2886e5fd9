package org.finetune.export.pytorch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune.export.LittleEndian;
import org.finetune.model.Tensor;

/**
 * A file in the format of the library safetensors: the length of a header, the header in JSON, which names the tensors, and
 * their values.
 *
 * @param tensors the tensors by name, in the order of the file
 * @param metadata texts by name
 */
record SafetensorsFile(Map<String, Tensor> tensors, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    private static final String OFFSETS = "data_offsets";
    private static final String SHAPE = "shape";

    /** Values begin at a multiple of these bytes, so that programs can map them. */
    private static final int ALIGNMENT = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    void write(Path file) throws IOException {
        StringBuilder header = new StringBuilder(JSON.writeValueAsString(header()));
        int length = header.toString().getBytes(StandardCharsets.UTF_8).length;
        header.append(" ".repeat(Math.floorMod(-length, ALIGNMENT)));
        byte[] bytes = header.toString().getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .array());
            out.write(bytes);
            for (Tensor tensor : tensors.values()) {
                out.write(LittleEndian.bytes(tensor.values()));
            }
        }
    }

    private ObjectNode header() {
        ObjectNode header = JSON.createObjectNode();
        header.set(METADATA, JSON.valueToTree(metadata));
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            long end = offset + (long) entry.getValue().values().length * Float.BYTES;
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
            tensor.set(SHAPE, JSON.valueToTree(entry.getValue().shape()));
            tensor.putArray(OFFSETS).add(offset).add(end);
            offset = end;
        }
        return header;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is damaged or has other values than float32
     */
    static SafetensorsFile read(Path file) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            byte[] header = new byte[Math.toIntExact(content.getLong())];
            content.get(header);
            return read(JSON.readTree(header), content.slice());
        } catch (BufferUnderflowException | ArithmeticException | JsonProcessingException e) {
            throw new IOException(file.getFileName() + " is damaged", e);
        }
    }

    private static SafetensorsFile read(JsonNode header, ByteBuffer data) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        header.path(METADATA)
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().textValue()));
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals(METADATA)) {
                continue;
            }
            JsonNode tensor = entry.getValue();
            if (!tensor.path("dtype").asText().equals("F32")) {
                throw new IOException(entry.getKey() + " has other values than float32");
            }
            int begin = tensor.at("/" + OFFSETS + "/0").intValue();
            int end = tensor.at("/" + OFFSETS + "/1").intValue();
            tensors.put(
                    entry.getKey(),
                    new Tensor(
                            LittleEndian.floats(data.slice(begin, end - begin)),
                            JSON.treeToValue(tensor.get(SHAPE), long[].class)));
        }
        return new SafetensorsFile(tensors, metadata);
    }
}

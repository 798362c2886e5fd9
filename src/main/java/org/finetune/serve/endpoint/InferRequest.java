package org.finetune.serve.endpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.finetune.serve.http.HttpFailure;

/**
 * A request of KServe's protocol, version 2.
 *
 * @param id what the client calls it, or null
 * @param inputs its tensors
 * @param outputs what it wants, or null for everything
 */
record InferRequest(String id, List<Input> inputs, List<Output> outputs) {
    private static final String FORM = "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1],"
            + " \"data\": [\"...\"]}]}, with image files in base64, or FP32 numbers of shape [N,H,W,3]";
    private static final String BYTES = "BYTES";
    private static final String FLOATS = "FP32";
    private static final int IMAGE_RANK = 4;

    /**
     * A tensor.
     *
     * @param data its elements, or null if they follow the JSON
     */
    record Input(String name, long[] shape, String datatype, TensorData data, Parameters parameters) {}

    /** What is said of a tensor. */
    record Parameters(@JsonProperty("binary_data_size") Integer binaryDataSize) {}

    /** An output that is wanted. */
    record Output(String name) {}

    /**
     * Reads a request.
     *
     * @param body JSON, and behind it the elements of those tensors that say so
     * @param jsonLength number of bytes of the JSON
     * @throws HttpFailure if it is not of the form
     */
    static InferRequest read(byte[] body, int jsonLength) {
        JsonBodies.require(jsonLength >= 0 && jsonLength <= body.length, FORM);
        InferRequest request = JsonBodies.read(body, jsonLength, InferRequest.class, FORM);
        JsonBodies.require(request.inputs != null && request.inputs.size() == 1 && request.inputs.get(0) != null, FORM);
        Input input = request.inputs.get(0);
        JsonBodies.require(request.outputs == null || request.outputs.stream().allMatch(Objects::nonNull), FORM);
        JsonBodies.require(
                input.shape != null && (BYTES.equals(input.datatype) || FLOATS.equals(input.datatype)), FORM);
        if (input.data != null) {
            return request;
        }
        JsonBodies.require(input.parameters != null && input.parameters.binaryDataSize != null, FORM);
        ByteBuffer binary =
                ByteBuffer.wrap(body, jsonLength, body.length - jsonLength).order(ByteOrder.LITTLE_ENDIAN);
        JsonBodies.require(input.parameters.binaryDataSize == binary.remaining(), FORM);
        TensorData data = BYTES.equals(input.datatype) ? files(binary) : numbers(binary);
        return new InferRequest(
                request.id,
                List.of(new Input(input.name, input.shape, input.datatype, data, input.parameters)),
                request.outputs);
    }

    private static TensorData numbers(ByteBuffer binary) {
        JsonBodies.require(binary.remaining() % Float.BYTES == 0, FORM);
        float[] numbers = new float[binary.remaining() / Float.BYTES];
        binary.asFloatBuffer().get(numbers);
        return new TensorData(numbers, List.of());
    }

    /** Each file behind its length, in 4 bytes. */
    private static TensorData files(ByteBuffer binary) {
        List<byte[]> files = new ArrayList<>();
        try {
            while (binary.hasRemaining()) {
                int length = binary.getInt();
                JsonBodies.require(length >= 0 && length <= binary.remaining(), FORM);
                byte[] file = new byte[length];
                binary.get(file);
                files.add(file);
            }
        } catch (BufferUnderflowException e) {
            JsonBodies.require(false, FORM);
        }
        return new TensorData(new float[0], files);
    }

    private Input input() {
        return inputs.get(0);
    }

    /** Whether the tensor has image files; else it has pixels. */
    boolean hasFiles() {
        return BYTES.equals(input().datatype);
    }

    /**
     * The image files.
     *
     * @throws HttpFailure if the tensor has another shape
     */
    List<byte[]> files() {
        long elements = Arrays.stream(input().shape).reduce(1, (a, b) -> a * b);
        JsonBodies.require(
                elements > 0
                        && elements == input().data.files().size()
                        && input().data.numbers().length == 0,
                FORM);
        return input().data.files();
    }

    /**
     * The pixels of each image, {@code [H,W,3]}.
     *
     * @param size height and width that the network takes
     * @throws HttpFailure if the tensor has another shape
     */
    List<float[]> pixels(int size) {
        long[] shape = input().shape;
        float[] numbers = input().data.numbers();
        int values = 3 * size * size;
        boolean right = shape.length == IMAGE_RANK
                && shape[0] > 0
                && shape[1] == size
                && shape[2] == size
                && shape[3] == 3
                && numbers.length % values == 0
                && numbers.length / values == shape[0];
        if (!right) {
            throw HttpFailure.badRequest("FP32 images must have the shape [N," + size + "," + size
                    + ",3] and as many numbers, in RGB from -1 to 1.");
        }
        List<float[]> images = new ArrayList<>();
        for (int image = 0; image < shape[0]; image++) {
            images.add(Arrays.copyOfRange(numbers, image * values, (image + 1) * values));
        }
        return images;
    }

    /** Whether an output is wanted. */
    boolean wants(String name) {
        return outputs == null || outputs.isEmpty() || outputs.stream().anyMatch(output -> name.equals(output.name));
    }
}

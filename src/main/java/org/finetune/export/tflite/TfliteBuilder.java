package org.finetune.export.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.export.LittleEndian;
import org.finetune.export.quantization.Quantization;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.QuantizationDetails;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorType;

/** Puts a file of TensorFlow Lite together from tensors and operators, both of which it numbers in the order they are added. */
final class TfliteBuilder {
    /** Name of the buffer that holds TensorFlow Lite's metadata. */
    private static final String METADATA = "TFLITE_METADATA";

    private static final String IDENTIFIER = "TFL3";
    private static final int SCHEMA_VERSION = 3;
    /** Bytes by which the schema aligns the content of buffers. */
    private static final int ALIGNMENT = 16;
    /** The first buffer is empty, for tensors whose values are computed. */
    private static final int NO_VALUES = 0;
    /** In place of a table that is absent. */
    private static final int NONE = 0;

    private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    /** Kinds of operators by their places in the file. */
    private final Map<OperatorKind, Integer> kinds = new LinkedHashMap<>();

    /**
     * A kind of operator.
     *
     * @param code one of {@code BuiltinOperator}
     * @param version the first of its versions that does what it is used for
     */
    record OperatorKind(int code, int version) {}

    TfliteBuilder() {
        buffers.add(Buffer.createBuffer(builder, NONE));
    }

    /** Where options of operators are to be created. */
    FlatBufferBuilder options() {
        return builder;
    }

    /**
     * Adds a tensor whose values are computed, for any number of images.
     *
     * @param quantization how they stand for others as int8; absent if they are float32
     * @param shape the shape for one image
     * @return its number
     */
    int computed(String name, Optional<Quantization> quantization, int... shape) {
        int[] any = shape.clone();
        any[0] = -1;
        byte type = quantization.isPresent() ? TensorType.INT8 : TensorType.FLOAT32;
        int scales = quantization
                .map(numbers -> scales(new float[] {numbers.scale()}, numbers.zeroPoint() + Byte.MIN_VALUE, 0))
                .orElse(NONE);
        return tensor(name, type, NO_VALUES, scales, shape, Tensor.createShapeSignatureVector(builder, any));
    }

    /** Adds a tensor of float32 values, and returns its number. */
    int constant(String name, float[] values, int... shape) {
        return tensor(name, TensorType.FLOAT32, buffer(LittleEndian.bytes(values)), NONE, shape, NONE);
    }

    /** Adds a vector of int32 values, and returns its number. */
    int constant(String name, int... values) {
        int buffer = buffer(LittleEndian.bytes(values));
        return tensor(name, TensorType.INT32, buffer, NONE, new int[] {values.length}, NONE);
    }

    /** Adds a vector of int32 values with a scale each, and returns its number. */
    int scaled(String name, int[] values, float[] scales) {
        int buffer = buffer(LittleEndian.bytes(values));
        return tensor(name, TensorType.INT32, buffer, scales(scales, 0, 0), new int[] {values.length}, NONE);
    }

    /**
     * Adds a tensor of int8 values, and returns its number.
     *
     * @param scales a scale for each index along an axis
     */
    int scaled(String name, byte[] values, float[] scales, int axis, int... shape) {
        return tensor(name, TensorType.INT8, buffer(values), scales(scales, 0, axis), shape, NONE);
    }

    private int tensor(String name, byte type, int buffer, int quantization, int[] shape, int signature) {
        tensors.add(Tensor.createTensor(
                builder,
                Tensor.createShapeVector(builder, shape),
                type,
                buffer,
                builder.createString(name),
                quantization,
                false,
                NONE,
                signature));
        return tensors.size() - 1;
    }

    private int scales(float[] scales, long zeroPoint, int axis) {
        long[] zeroPoints = new long[scales.length];
        Arrays.fill(zeroPoints, zeroPoint);
        return QuantizationParameters.createQuantizationParameters(
                builder,
                NONE,
                NONE,
                QuantizationParameters.createScaleVector(builder, scales),
                QuantizationParameters.createZeroPointVector(builder, zeroPoints),
                QuantizationDetails.NONE,
                NONE,
                axis);
    }

    private int buffer(byte[] content) {
        builder.createUnintializedVector(1, content.length, ALIGNMENT).put(content);
        buffers.add(Buffer.createBuffer(builder, builder.endVector()));
        return buffers.size() - 1;
    }

    /**
     * Adds an operator.
     *
     * @param inputs numbers of the tensors that it reads
     * @param result number of the tensor that it computes
     * @param optionsType one of {@code BuiltinOptions}
     * @param options options created in {@link #options}
     * @return the number of the tensor that it computes
     */
    int operator(OperatorKind kind, int[] inputs, int result, byte optionsType, int options) {
        kinds.putIfAbsent(kind, kinds.size());
        operators.add(Operator.createOperator(
                builder,
                kinds.get(kind),
                Operator.createInputsVector(builder, inputs),
                Operator.createOutputsVector(builder, new int[] {result}),
                optionsType,
                options,
                NONE,
                (byte) 0,
                NONE,
                NONE));
        return result;
    }

    /**
     * Completes the file.
     *
     * @param input number of the graph's input
     * @param output number of the graph's output
     * @param metadata TensorFlow Lite's metadata
     */
    byte[] build(int input, int output, ByteBuffer metadata) {
        byte[] content = new byte[metadata.remaining()];
        metadata.get(content);
        int named = Metadata.createMetadata(builder, builder.createString(METADATA), buffer(content));
        int subgraph = SubGraph.createSubGraph(
                builder,
                SubGraph.createTensorsVector(builder, array(tensors)),
                SubGraph.createInputsVector(builder, new int[] {input}),
                SubGraph.createOutputsVector(builder, new int[] {output}),
                SubGraph.createOperatorsVector(builder, array(operators)),
                builder.createString("main"));
        int[] codes = kinds.keySet().stream()
                .mapToInt(kind ->
                        OperatorCode.createOperatorCode(builder, (byte) kind.code(), NONE, kind.version(), kind.code()))
                .toArray();
        int file = Model.createModel(
                builder,
                SCHEMA_VERSION,
                Model.createOperatorCodesVector(builder, codes),
                Model.createSubgraphsVector(builder, new int[] {subgraph}),
                builder.createString("MobileNetV2 by finetune"),
                Model.createBuffersVector(builder, array(buffers)),
                NONE,
                Model.createMetadataVector(builder, new int[] {named}),
                NONE);
        builder.finish(file, IDENTIFIER);
        return builder.sizedByteArray();
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}

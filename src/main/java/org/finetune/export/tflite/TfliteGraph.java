package org.finetune.export.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.FoldedWeights;
import org.finetune.export.KernelLayout;
import org.finetune.export.LittleEndian;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.SavedModel;
import org.finetune.model.Weights;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.AddOptions;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Conv2DOptions;
import org.tensorflow.lite.schema.DepthwiseConv2DOptions;
import org.tensorflow.lite.schema.FullyConnectedOptions;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.OperatorCode;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.ReducerOptions;
import org.tensorflow.lite.schema.SoftmaxOptions;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.Tensor;
import org.tensorflow.lite.schema.TensorType;

/**
 * A model as a file of TensorFlow Lite, in the layout {@code [N,H,W,C]}, batch normalizations folded into the convolutions, which
 * apply ReLU6 themselves.
 */
final class TfliteGraph {
    static final String INPUT = "images";
    static final String OUTPUT = "probabilities";
    /** Name of the buffer that holds TensorFlow Lite's metadata. */
    static final String METADATA = "TFLITE_METADATA";

    private static final String IDENTIFIER = "TFL3";
    private static final int SCHEMA_VERSION = 3;
    /** Bytes by which the schema aligns the content of buffers. */
    private static final int ALIGNMENT = 16;
    /** The first buffer is empty, for tensors whose values are computed. */
    private static final int NO_VALUES = 0;

    private final SavedModel model;
    private final Weights weights;
    private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    /** Codes of the operators by their places in the file. */
    private final Map<Integer, Integer> codes = new LinkedHashMap<>();
    /** Numbers of tensors by the layers whose output they are. */
    private final Map<String, Integer> values = new HashMap<>();

    private TfliteGraph(SavedModel model) {
        this.model = model;
        this.weights = FoldedWeights.of(model);
    }

    /**
     * Makes the file.
     *
     * @param metadata TensorFlow Lite's metadata
     */
    static byte[] of(SavedModel model, ByteBuffer metadata) {
        return new TfliteGraph(model).build(metadata);
    }

    private byte[] build(ByteBuffer metadata) {
        buffers.add(Buffer.createBuffer(builder, 0));
        int metadataBuffer = buffer(metadata);
        List<KerasLayer> network = model.architecture().network(model.classes().size());
        for (KerasLayer layer : network) {
            values.put(layer.name(), output(layer, network));
        }
        int subgraph = SubGraph.createSubGraph(
                builder,
                SubGraph.createTensorsVector(builder, array(tensors)),
                SubGraph.createInputsVector(builder, new int[] {values.get(Architecture.INPUT)}),
                SubGraph.createOutputsVector(builder, new int[] {values.get(Architecture.PREDICTIONS)}),
                SubGraph.createOperatorsVector(builder, array(operators)),
                builder.createString("main"));
        int[] operatorCodes = codes.keySet().stream()
                .mapToInt(code -> OperatorCode.createOperatorCode(builder, (byte) (int) code, 0, 1, code))
                .toArray();
        int named = Metadata.createMetadata(builder, builder.createString(METADATA), metadataBuffer);
        int file = Model.createModel(
                builder,
                SCHEMA_VERSION,
                Model.createOperatorCodesVector(builder, operatorCodes),
                Model.createSubgraphsVector(builder, new int[] {subgraph}),
                builder.createString("MobileNetV2 by finetune"),
                Model.createBuffersVector(builder, array(buffers)),
                0,
                Model.createMetadataVector(builder, new int[] {named}),
                0);
        builder.finish(file, IDENTIFIER);
        return builder.sizedByteArray();
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Adds what a layer becomes, and returns the number of the tensor that has its output. */
    private int output(KerasLayer layer, List<KerasLayer> network) {
        int input = layer.inputs().isEmpty() ? -1 : values.get(layer.inputs().get(0));
        return switch (layer.type()) {
            case INPUT -> computed(INPUT, layer.outputShape());
            case CONVOLUTION, DEPTHWISE_CONVOLUTION -> convolution(layer, network, input);
            case ADD -> operator(
                    BuiltinOperator.ADD,
                    layer.inputs().stream().mapToInt(values::get).toArray(),
                    computed(layer.name(), layer.outputShape()),
                    BuiltinOptions.AddOptions,
                    AddOptions.createAddOptions(builder, ActivationFunctionType.NONE, false));
            case GLOBAL_AVERAGE_POOLING -> operator(
                    BuiltinOperator.MEAN,
                    new int[] {input, constant("axes", TensorType.INT32, LittleEndian.bytes(new int[] {1, 2}), 2)},
                    computed(layer.name(), layer.outputShape()),
                    BuiltinOptions.ReducerOptions,
                    ReducerOptions.createReducerOptions(builder, false));
            case DENSE -> dense(layer, input);
                // Convolutions normalize, pad and bound, and nothing is dropped.
            case ZERO_PADDING, BATCH_NORMALIZATION, RELU6, DROPOUT -> input;
        };
    }

    private int convolution(KerasLayer layer, List<KerasLayer> network, int input) {
        boolean depthwise = layer.type() == LayerType.DEPTHWISE_CONVOLUTION;
        org.finetune.model.Tensor kernel =
                weights.get(layer.name(), layer.type().parameterNames().get(0));
        int channels = layer.outputShape().channels();
        int side = layer.kernel();
        // Depthwise kernels are [1,kH,kW,C], others [oC,kH,kW,iC].
        int[] shape = depthwise
                ? new int[] {1, side, side, channels}
                : new int[] {channels, side, side, layer.inputShape().channels()};
        float[] numbers = depthwise
                ? kernel.values()
                : KernelLayout.outputFirstChannelsLast(kernel).values();
        int[] inputs = {
            input,
            constant(layer.name() + "/kernel", TensorType.FLOAT32, LittleEndian.bytes(numbers), shape),
            bias(layer)
        };
        boolean bounded = network.get(layer.index() + 2).type() == LayerType.RELU6;
        byte activation = bounded ? ActivationFunctionType.RELU6 : ActivationFunctionType.NONE;
        int stride = layer.stride();
        int result = computed(layer.name(), layer.outputShape());
        // Keras's padding is the same as SAME: as few zeros as needed, the odd one after.
        return depthwise
                ? operator(
                        BuiltinOperator.DEPTHWISE_CONV_2D,
                        inputs,
                        result,
                        BuiltinOptions.DepthwiseConv2DOptions,
                        DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
                                builder, Padding.SAME, stride, stride, 1, activation, 1, 1))
                : operator(
                        BuiltinOperator.CONV_2D,
                        inputs,
                        result,
                        BuiltinOptions.Conv2DOptions,
                        Conv2DOptions.createConv2DOptions(builder, Padding.SAME, stride, stride, activation, 1, 1));
    }

    private int dense(KerasLayer layer, int input) {
        org.finetune.model.Tensor kernel = KernelLayout.transposed(weights.get(layer.name(), "kernel"));
        int[] shape = {layer.outputShape().channels(), layer.inputShape().channels()};
        int logits = operator(
                BuiltinOperator.FULLY_CONNECTED,
                new int[] {
                    input,
                    constant(layer.name() + "/kernel", TensorType.FLOAT32, LittleEndian.bytes(kernel.values()), shape),
                    bias(layer)
                },
                computed(layer.name(), layer.outputShape()),
                BuiltinOptions.FullyConnectedOptions,
                FullyConnectedOptions.createFullyConnectedOptions(
                        builder, ActivationFunctionType.NONE, (byte) 0, false, false));
        return operator(
                BuiltinOperator.SOFTMAX,
                new int[] {logits},
                computed(OUTPUT, layer.outputShape()),
                BuiltinOptions.SoftmaxOptions,
                SoftmaxOptions.createSoftmaxOptions(builder, 1));
    }

    private int bias(KerasLayer layer) {
        float[] bias = weights.get(layer.name(), "bias").values();
        return constant(layer.name() + "/bias", TensorType.FLOAT32, LittleEndian.bytes(bias), bias.length);
    }

    /** Adds an operator and returns the tensor of its result. */
    private int operator(int code, int[] inputs, int result, byte optionsType, int options) {
        codes.putIfAbsent(code, codes.size());
        operators.add(Operator.createOperator(
                builder,
                codes.get(code),
                Operator.createInputsVector(builder, inputs),
                Operator.createOutputsVector(builder, new int[] {result}),
                optionsType,
                options,
                0,
                (byte) 0,
                0,
                0));
        return result;
    }

    /** Adds a tensor whose values are computed, for any number of images. A vector's shape has no height and width. */
    private int computed(String name, FeatureShape shape) {
        boolean vector = shape.height() == 1 && shape.width() == 1 && isVector(name);
        int[] one = vector
                ? new int[] {1, shape.channels()}
                : new int[] {1, shape.height(), shape.width(), shape.channels()};
        int[] any = one.clone();
        any[0] = -1;
        return tensor(name, TensorType.FLOAT32, NO_VALUES, one, Tensor.createShapeSignatureVector(builder, any));
    }

    private static boolean isVector(String name) {
        return name.equals(Architecture.POOLING) || name.equals(Architecture.PREDICTIONS) || name.equals(OUTPUT);
    }

    private int constant(String name, byte type, byte[] content, int... shape) {
        return tensor(name, type, buffer(ByteBuffer.wrap(content)), shape, 0);
    }

    private int tensor(String name, byte type, int buffer, int[] shape, int signature) {
        tensors.add(Tensor.createTensor(
                builder,
                Tensor.createShapeVector(builder, shape),
                type,
                buffer,
                builder.createString(name),
                0,
                false,
                0,
                signature));
        return tensors.size() - 1;
    }

    /** Adds a buffer and returns its number. */
    private int buffer(ByteBuffer content) {
        builder.createUnintializedVector(1, content.remaining(), ALIGNMENT).put(content);
        buffers.add(Buffer.createBuffer(builder, builder.endVector()));
        return buffers.size() - 1;
    }
}

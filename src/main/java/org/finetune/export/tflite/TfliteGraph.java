package org.finetune.export.tflite;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.export.FoldedWeights;
import org.finetune.export.KernelLayout;
import org.finetune.export.quantization.ActivationRanges;
import org.finetune.export.quantization.Quantization;
import org.finetune.export.quantization.QuantizedKernel;
import org.finetune.export.tflite.TfliteBuilder.OperatorKind;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.AddOptions;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.BuiltinOptions;
import org.tensorflow.lite.schema.Conv2DOptions;
import org.tensorflow.lite.schema.DepthwiseConv2DOptions;
import org.tensorflow.lite.schema.FullyConnectedOptions;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.ReducerOptions;
import org.tensorflow.lite.schema.SoftmaxOptions;

/**
 * A model as a file of TensorFlow Lite, in the layout {@code [N,H,W,C]}, batch normalizations folded into the convolutions, which
 * apply ReLU6 themselves. Tensors have the names of the layers that give them.
 *
 * <p>With 8-bit numbers, everything between the input and the pooling is int8, activations with a scale each, kernels with one
 * for each output channel. The input and the output, and the pooling and softmax layer, which are small, stay float32.
 */
final class TfliteGraph {
    static final String INPUT = "images";
    static final String OUTPUT = "probabilities";

    private static final OperatorKind QUANTIZE = new OperatorKind(BuiltinOperator.QUANTIZE, 1);
    private static final OperatorKind DEQUANTIZE = new OperatorKind(BuiltinOperator.DEQUANTIZE, 2);

    private final SavedModel model;
    private final List<KerasLayer> network;
    private final Weights weights;
    /** Ranges of the activations, if these are to be 8-bit numbers. */
    private final Optional<ActivationRanges> ranges;

    private final TfliteBuilder file = new TfliteBuilder();
    /** Numbers of tensors by the layers whose output they are. */
    private final Map<String, Integer> values = new HashMap<>();
    /** Quantizations of tensors of 8-bit numbers, by the tensors' numbers. */
    private final Map<Integer, Quantization> quantizations = new HashMap<>();

    private TfliteGraph(SavedModel model, Optional<ActivationRanges> ranges) {
        this.model = model;
        this.network = model.architecture().network(model.classes().size());
        this.weights = FoldedWeights.of(model);
        this.ranges = ranges;
    }

    /**
     * Makes the file.
     *
     * @param metadata TensorFlow Lite's metadata
     * @param ranges ranges of the tensors of the float32 file, by their names, for one with 8-bit numbers
     */
    static byte[] of(SavedModel model, ByteBuffer metadata, Optional<ActivationRanges> ranges) {
        return new TfliteGraph(model, ranges).build(metadata);
    }

    private byte[] build(ByteBuffer metadata) {
        int size = model.architecture().size();
        int input = file.computed(INPUT, Optional.empty(), 1, size, size, 3);
        values.put(Architecture.INPUT, quantized(input));
        network.stream()
                .filter(layer -> layer.type() != LayerType.INPUT)
                .forEach(layer -> values.put(layer.name(), output(layer)));
        return file.build(input, values.get(Architecture.PREDICTIONS), metadata);
    }

    /** Adds what a layer becomes, and returns the number of the tensor that has its output. */
    private int output(KerasLayer layer) {
        int input = values.get(layer.inputs().get(0));
        return switch (layer.type()) {
            case CONVOLUTION, DEPTHWISE_CONVOLUTION -> convolution(layer, input);
            case ADD -> file.operator(
                    kind(BuiltinOperator.ADD, 2),
                    layer.inputs().stream().mapToInt(values::get).toArray(),
                    activation(layer),
                    BuiltinOptions.AddOptions,
                    AddOptions.createAddOptions(file.options(), ActivationFunctionType.NONE, false));
            case GLOBAL_AVERAGE_POOLING -> file.operator(
                    new OperatorKind(BuiltinOperator.MEAN, 1),
                    new int[] {dequantized(input, layer), file.constant("axes", 1, 2)},
                    vector(layer.name(), layer),
                    BuiltinOptions.ReducerOptions,
                    ReducerOptions.createReducerOptions(file.options(), false));
            case DENSE -> dense(layer, input);
                // Convolutions normalize, pad and bound, and nothing is dropped.
            case ZERO_PADDING, BATCH_NORMALIZATION, RELU6, DROPOUT -> input;
            case INPUT -> throw new IllegalArgumentException(layer.name() + " has no operator");
        };
    }

    /** The kind of an operator on activations, with the version that knows int8. */
    private OperatorKind kind(int code, int int8Version) {
        return new OperatorKind(code, ranges.isPresent() ? int8Version : 1);
    }

    /** The input as 8-bit numbers, if activations are such. */
    private int quantized(int input) {
        if (ranges.isEmpty()) {
            return input;
        }
        int size = model.architecture().size();
        int numbers = activation(INPUT + "_quantized", quantization(INPUT), new FeatureShape(size, size, 3));
        return file.operator(QUANTIZE, new int[] {input}, numbers, BuiltinOptions.NONE, 0);
    }

    /** The input of a layer as float32. */
    private int dequantized(int input, KerasLayer layer) {
        if (ranges.isEmpty()) {
            return input;
        }
        FeatureShape shape = layer.inputShape();
        int floats = file.computed(
                layer.inputs().get(0) + "_dequantized",
                Optional.empty(),
                1,
                shape.height(),
                shape.width(),
                shape.channels());
        return file.operator(DEQUANTIZE, new int[] {input}, floats, BuiltinOptions.NONE, 0);
    }

    private Optional<Quantization> quantization(String name) {
        return ranges.map(seen -> seen.quantization(name));
    }

    /** Adds the tensor of a convolution's output or a sum. */
    private int activation(KerasLayer layer) {
        return activation(layer.name(), quantization(layer.name()), layer.outputShape());
    }

    private int activation(String name, Optional<Quantization> quantization, FeatureShape shape) {
        int tensor = file.computed(name, quantization, 1, shape.height(), shape.width(), shape.channels());
        quantization.ifPresent(numbers -> quantizations.put(tensor, numbers));
        return tensor;
    }

    private int vector(String name, KerasLayer layer) {
        return file.computed(name, Optional.empty(), 1, layer.outputShape().channels());
    }

    private int convolution(KerasLayer layer, int input) {
        boolean depthwise = layer.type() == LayerType.DEPTHWISE_CONVOLUTION;
        int[] parameters = parameters(layer, depthwise, Optional.ofNullable(quantizations.get(input)));
        int[] inputs = {input, parameters[0], parameters[1]};
        boolean bounded = network.get(layer.index() + 2).type() == LayerType.RELU6;
        byte activation = bounded ? ActivationFunctionType.RELU6 : ActivationFunctionType.NONE;
        int stride = layer.stride();
        int result = activation(layer);
        // Keras's padding is the same as SAME: as few zeros as needed, the odd one after.
        return depthwise
                ? file.operator(
                        kind(BuiltinOperator.DEPTHWISE_CONV_2D, 3),
                        inputs,
                        result,
                        BuiltinOptions.DepthwiseConv2DOptions,
                        DepthwiseConv2DOptions.createDepthwiseConv2DOptions(
                                file.options(), Padding.SAME, stride, stride, 1, activation, 1, 1))
                : file.operator(
                        kind(BuiltinOperator.CONV_2D, 3),
                        inputs,
                        result,
                        BuiltinOptions.Conv2DOptions,
                        Conv2DOptions.createConv2DOptions(
                                file.options(), Padding.SAME, stride, stride, activation, 1, 1));
    }

    /**
     * Adds the kernel and the bias of a convolution.
     *
     * @param input the quantization of what it reads; absent if that is float32
     */
    private int[] parameters(KerasLayer layer, boolean depthwise, Optional<Quantization> input) {
        Tensor trained = weights.get(layer.name(), layer.type().parameterNames().get(0));
        int channels = layer.outputShape().channels();
        int side = layer.kernel();
        // Depthwise kernels are [1,kH,kW,C], others [oC,kH,kW,iC].
        int[] shape = depthwise
                ? new int[] {1, side, side, channels}
                : new int[] {channels, side, side, layer.inputShape().channels()};
        Tensor kernel = depthwise
                ? new Tensor(trained.values(), new long[] {1, side, side, channels})
                : KernelLayout.outputFirstChannelsLast(trained);
        String kernelName = layer.name() + "/kernel";
        if (input.isEmpty()) {
            return new int[] {file.constant(kernelName, kernel.values(), shape), bias(layer)};
        }
        int axis = depthwise ? 3 : 0;
        float[] bias = weights.get(layer.name(), "bias").values();
        QuantizedKernel numbers =
                QuantizedKernel.of(kernel, axis, bias, input.get().scale());
        return new int[] {
            file.scaled(kernelName, numbers.values(), numbers.scales(), axis, shape),
            file.scaled(layer.name() + "/bias", numbers.bias(), numbers.biasScales())
        };
    }

    private int dense(KerasLayer layer, int input) {
        Tensor kernel = KernelLayout.transposed(weights.get(layer.name(), "kernel"));
        int outputs = layer.outputShape().channels();
        int[] inputs = {
            input,
            file.constant(
                    layer.name() + "/kernel",
                    kernel.values(),
                    outputs,
                    layer.inputShape().channels()),
            bias(layer)
        };
        int logits = file.operator(
                new OperatorKind(BuiltinOperator.FULLY_CONNECTED, 1),
                inputs,
                vector(layer.name(), layer),
                BuiltinOptions.FullyConnectedOptions,
                FullyConnectedOptions.createFullyConnectedOptions(
                        file.options(), ActivationFunctionType.NONE, (byte) 0, false, false));
        return file.operator(
                new OperatorKind(BuiltinOperator.SOFTMAX, 1),
                new int[] {logits},
                vector(OUTPUT, layer),
                BuiltinOptions.SoftmaxOptions,
                SoftmaxOptions.createSoftmaxOptions(file.options(), 1));
    }

    private int bias(KerasLayer layer) {
        float[] bias = weights.get(layer.name(), "bias").values();
        return file.constant(layer.name() + "/bias", bias, bias.length);
    }
}

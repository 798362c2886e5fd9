package org.finetune.export.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.finetune.export.KernelLayout;
import org.finetune.export.LittleEndian;
import org.finetune.export.Operators;
import org.finetune.export.Operators.Window;
import org.finetune.export.quantization.QuantizedKernel;
import org.finetune.model.Tensor;
import org.tensorflow.lite.schema.ActivationFunctionType;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Conv2DOptions;
import org.tensorflow.lite.schema.DepthwiseConv2DOptions;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.Padding;
import org.tensorflow.lite.schema.QuantizationParameters;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.TensorType;

/**
 * Runs the few operators that {@link TfliteGraph} uses, as TensorFlow Lite defines them. Instead of computing with 8-bit numbers, it
 * rounds every result to the nearest value that they can stand for.
 */
final class TfliteInterpreter {
    private final Model model;
    private final SubGraph graph;
    /** Values that the file has, by the numbers of their tensors. */
    private final Map<Integer, Tensor> constants = new HashMap<>();
    /** Indices of the operators that are the last to read a tensor. */
    private final Map<Integer, Integer> lastReaders = new HashMap<>();

    /**
     * Prepares a model.
     *
     * @throws IOException if the file is none of TensorFlow Lite's
     */
    TfliteInterpreter(ByteBuffer file) throws IOException {
        if (file.remaining() < 2 * Integer.BYTES || !Model.ModelBufferHasIdentifier(file)) {
            throw new IOException("it is not a TensorFlow Lite model");
        }
        this.model = Model.getRootAsModel(file);
        this.graph = model.subgraphs(0);
        for (int number = 0; number < graph.tensorsLength(); number++) {
            org.tensorflow.lite.schema.Tensor tensor = graph.tensors(number);
            ByteBuffer data = model.buffers((int) tensor.buffer()).dataAsByteBuffer();
            if (data != null) {
                constants.put(number, constant(tensor, data));
            }
        }
        for (int index = 0; index < graph.operatorsLength(); index++) {
            Operator operator = graph.operators(index);
            for (int input = 0; input < operator.inputsLength(); input++) {
                lastReaders.put(operator.inputs(input), index);
            }
        }
    }

    private static Tensor constant(org.tensorflow.lite.schema.Tensor tensor, ByteBuffer data) {
        long[] shape = shape(tensor);
        if (tensor.type() == TensorType.FLOAT32) {
            return new Tensor(LittleEndian.floats(data), shape);
        }
        data.order(ByteOrder.LITTLE_ENDIAN);
        Tensor numbers = new Tensor(new float[Tensor.length(shape)], shape);
        for (int i = 0; i < numbers.values().length; i++) {
            numbers.values()[i] = tensor.type() == TensorType.INT8 ? data.get() : data.getInt();
        }
        QuantizationParameters quantization = tensor.quantization();
        if (quantization == null) {
            return numbers;
        }
        float[] scales = new float[quantization.scaleLength()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = quantization.scale(i);
        }
        return QuantizedKernel.dequantize(numbers, quantization.quantizedDimension(), scales);
    }

    private static long[] shape(org.tensorflow.lite.schema.Tensor tensor) {
        long[] shape = new long[tensor.shapeLength()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = tensor.shape(axis);
        }
        return shape;
    }

    /** Computes the graph's one output of its one input. */
    Tensor run(Tensor images) {
        return run(images, (name, value) -> {});
    }

    /**
     * Computes the output.
     *
     * @param observer is told the name of each computed tensor, the input's first, and the value
     */
    Tensor run(Tensor images, BiConsumer<String, Tensor> observer) {
        Map<Integer, Tensor> values = new HashMap<>(constants);
        values.put(graph.inputs(0), images);
        observer.accept(graph.tensors(graph.inputs(0)).name(), images);
        for (int index = 0; index < graph.operatorsLength(); index++) {
            Operator operator = graph.operators(index);
            org.tensorflow.lite.schema.Tensor tensor = graph.tensors(operator.outputs(0));
            Tensor output = rounded(run(operator, values), tensor);
            values.put(operator.outputs(0), output);
            observer.accept(tensor.name(), output);
            for (int input = 0; input < operator.inputsLength(); input++) {
                if (lastReaders.get(operator.inputs(input)) == index) {
                    values.remove(operator.inputs(input));
                }
            }
        }
        return values.get(graph.outputs(0));
    }

    /** The nearest values that a tensor's numbers can stand for. */
    private static Tensor rounded(Tensor exact, org.tensorflow.lite.schema.Tensor tensor) {
        if (tensor.type() != TensorType.INT8) {
            return exact;
        }
        float scale = tensor.quantization().scale(0);
        float zeroPoint = tensor.quantization().zeroPoint(0);
        float[] values = new float[exact.values().length];
        for (int i = 0; i < values.length; i++) {
            float number = (float) Math.rint(exact.values()[i] / scale) + zeroPoint;
            values[i] = (Math.min(Math.max(number, Byte.MIN_VALUE), Byte.MAX_VALUE) - zeroPoint) * scale;
        }
        return new Tensor(values, exact.shape());
    }

    private Tensor run(Operator operator, Map<Integer, Tensor> values) {
        Tensor in = values.get(operator.inputs(0));
        int code = model.operatorCodes((int) operator.opcodeIndex()).builtinCode();
        return switch (code) {
            case BuiltinOperator.CONV_2D -> {
                Conv2DOptions options = (Conv2DOptions) operator.builtinOptions(new Conv2DOptions());
                Tensor kernel = KernelLayout.outputLastFromChannelsLast(values.get(operator.inputs(1)));
                Tensor out = Operators.convolution(
                        in,
                        kernel,
                        values.get(operator.inputs(2)).values(),
                        window(in, kernel, 0, options.strideH(), options.padding()),
                        window(in, kernel, 1, options.strideW(), options.padding()));
                yield activated(out, options.fusedActivationFunction());
            }
            case BuiltinOperator.DEPTHWISE_CONV_2D -> {
                DepthwiseConv2DOptions options =
                        (DepthwiseConv2DOptions) operator.builtinOptions(new DepthwiseConv2DOptions());
                Tensor filter = values.get(operator.inputs(1));
                long[] shape = filter.shape();
                Tensor kernel = new Tensor(filter.values(), new long[] {shape[1], shape[2], shape[3], 1});
                Tensor out = Operators.depthwiseConvolution(
                        in,
                        kernel,
                        values.get(operator.inputs(2)).values(),
                        window(in, kernel, 0, options.strideH(), options.padding()),
                        window(in, kernel, 1, options.strideW(), options.padding()));
                yield activated(out, options.fusedActivationFunction());
            }
            case BuiltinOperator.ADD -> Operators.add(in, values.get(operator.inputs(1)));
            case BuiltinOperator.MEAN -> Operators.globalAverage(in);
            case BuiltinOperator.FULLY_CONNECTED -> Operators.dense(
                    in,
                    KernelLayout.transposed(values.get(operator.inputs(1))),
                    values.get(operator.inputs(2)).values());
            case BuiltinOperator.SOFTMAX -> Operators.softmax(in);
            case BuiltinOperator.QUANTIZE, BuiltinOperator.DEQUANTIZE -> in;
            default -> throw new IllegalArgumentException(
                    "The operator " + BuiltinOperator.name(code) + " is none of those used");
        };
    }

    private static Window window(Tensor in, Tensor kernel, int axis, int stride, byte padding) {
        return padding == Padding.SAME
                ? Window.same(in.shape()[axis + 1], kernel.shape()[axis], stride)
                : Window.valid(in.shape()[axis + 1], kernel.shape()[axis], stride);
    }

    private static Tensor activated(Tensor out, byte activation) {
        return switch (activation) {
            case ActivationFunctionType.NONE -> out;
            case ActivationFunctionType.RELU6 -> Operators.clip(out, 0, 6);
            default -> throw new IllegalArgumentException(
                    "The activation " + ActivationFunctionType.name(activation) + " is none of those used");
        };
    }
}

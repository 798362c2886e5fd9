package org.finetune.export.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.finetune.export.LittleEndian;
import org.finetune.export.Operators;
import org.finetune.export.onnx.OnnxProto.GraphProto;
import org.finetune.export.onnx.OnnxProto.NodeProto;
import org.finetune.export.onnx.OnnxProto.TensorProto;
import org.finetune.export.quantization.Quantization;
import org.finetune.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a graph of the few operators that {@link OnnxGraph} uses, as ONNX's specification defines them. It shares nothing with
 * the engines, so that it shows what others make of the file.
 */
final class OnnxInterpreter {
    private final GraphProto graph;
    private final Map<String, Tensor> initializers = new HashMap<>();
    /** Indices of the nodes that are the last to read a value. */
    private final Map<String, Integer> lastReaders = new HashMap<>();

    /**
     * Prepares a graph.
     *
     * @throws IllegalArgumentException if it has an initializer of a type that is not used
     */
    OnnxInterpreter(GraphProto graph) {
        this.graph = graph;
        for (TensorProto initializer : graph.getInitializerList()) {
            initializers.put(initializer.getName(), tensor(initializer));
        }
        for (int index = 0; index < graph.getNodeCount(); index++) {
            for (String input : graph.getNode(index).getInputList()) {
                lastReaders.put(input, index);
            }
        }
    }

    /**
     * The values of an initializer; whole numbers become float32, too.
     *
     * @throws IllegalArgumentException if they are of another type than those used
     */
    static Tensor tensor(TensorProto initializer) {
        ByteBuffer content = initializer.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long[] shape =
                initializer.getDimsList().stream().mapToLong(Long::longValue).toArray();
        int type = initializer.getDataType();
        if (type == TensorProto.DataType.FLOAT_VALUE) {
            return new Tensor(LittleEndian.floats(content), shape);
        }
        Tensor tensor = new Tensor(new float[Tensor.length(shape)], shape);
        for (int i = 0; i < tensor.values().length; i++) {
            tensor.values()[i] = switch (type) {
                case TensorProto.DataType.UINT8_VALUE -> content.get() & 0xff;
                case TensorProto.DataType.INT8_VALUE -> content.get();
                case TensorProto.DataType.INT32_VALUE -> content.getInt();
                default -> throw new IllegalArgumentException(
                        initializer.getName() + " has values of the type " + type + ", which is none of those used");
            };
        }
        return tensor;
    }

    /** Computes the graph's one output of its one input. */
    Tensor run(Tensor input) {
        return run(input, (name, value) -> {});
    }

    /**
     * Computes the output.
     *
     * @param observer is told the name of each computed value, the input's first, and the value
     */
    Tensor run(Tensor input, BiConsumer<String, Tensor> observer) {
        Map<String, Tensor> values = new HashMap<>(initializers);
        values.put(graph.getInput(0).getName(), input);
        observer.accept(graph.getInput(0).getName(), input);
        for (int index = 0; index < graph.getNodeCount(); index++) {
            NodeProto node = graph.getNode(index);
            List<Tensor> inputs = node.getInputList().stream().map(values::get).toList();
            Tensor output = run(node, inputs);
            values.put(node.getOutput(0), output);
            observer.accept(node.getOutput(0), output);
            for (String read : node.getInputList()) {
                if (lastReaders.get(read) == index) {
                    values.remove(read);
                }
            }
        }
        return values.get(graph.getOutput(0).getName());
    }

    private static Tensor run(NodeProto node, List<Tensor> inputs) {
        Tensor first = inputs.get(0);
        return switch (node.getOpType()) {
            case "Transpose" -> transpose(first, ints(node, "perm"));
            case "Div" -> combine(first, inputs.get(1), (a, b) -> a / b);
            case "Sub" -> combine(first, inputs.get(1), (a, b) -> a - b);
            case "Add" -> combine(first, inputs.get(1), Float::sum);
            case "Clip" -> combine(combine(first, inputs.get(1), Math::max), inputs.get(2), Math::min);
            case "Conv" -> isPointwise(node, inputs.get(1))
                    ? pointwise(first, inputs.get(1), inputs.get(2))
                    : convolution(node, first, inputs.get(1), inputs.get(2));
            case "GlobalAveragePool" -> globalAverage(first);
            case "Flatten" -> new Tensor(
                    first.values(), new long[] {first.shape()[0], first.values().length / first.shape()[0]});
            case "Gemm" -> dense(first, inputs.get(1), inputs.get(2));
            case "Softmax" -> Operators.softmax(first);
            case "QuantizeLinear" -> quantize(first, inputs.get(1), inputs.get(2));
            case "DequantizeLinear" -> dequantize(first, inputs.get(1), inputs.size() > 2 ? inputs.get(2) : null);
            default -> throw new IllegalArgumentException(
                    "The operator " + node.getOpType() + " is none of those used");
        };
    }

    private static int[] ints(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .flatMap(attribute -> attribute.getIntsList().stream())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static Tensor transpose(Tensor in, int[] permutation) {
        long[] shape =
                Arrays.stream(permutation).mapToLong(axis -> in.shape()[axis]).toArray();
        try (INDArray array = array(in, in.shape());
                INDArray permuted = array.permute(permutation).dup('c')) {
            return new Tensor(permuted.data().asFloat(), shape);
        }
    }

    /** A function of two numbers. */
    @FunctionalInterface
    private interface Combination {
        float of(float a, float b);
    }

    /** Combines two tensors of the same shape, or one with a single number. */
    private static Tensor combine(Tensor a, Tensor b, Combination combination) {
        boolean single = b.values().length == 1;
        if (!single && !Arrays.equals(a.shape(), b.shape())) {
            throw new IllegalArgumentException("The shapes of " + a + " and " + b + " differ");
        }
        float[] out = new float[a.values().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = combination.of(a.values()[i], b.values()[single ? 0 : i]);
        }
        return new Tensor(out, a.shape());
    }

    private static boolean isPointwise(NodeProto node, Tensor kernel) {
        return kernel.shape()[2] == 1
                && kernel.shape()[3] == 1
                && group(node) == 1
                && Arrays.equals(ints(node, "strides"), new int[] {1, 1})
                && Arrays.stream(ints(node, "pads")).allMatch(pad -> pad == 0);
    }

    private static int group(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("group"))
                .mapToInt(attribute -> Math.toIntExact(attribute.getI()))
                .findFirst()
                .orElse(1);
    }

    /** A product of matrices for each image, [oC,iC] by [iC,H*W]. */
    private static Tensor pointwise(Tensor in, Tensor kernel, Tensor bias) {
        long[] shape = in.shape();
        long outputs = kernel.shape()[0];
        long places = shape[2] * shape[3];
        try (INDArray images = array(in, shape[0], shape[1], places);
                INDArray weights = array(kernel, outputs, shape[1]);
                INDArray biases = array(bias, outputs, 1);
                INDArray out = Nd4j.createUninitialized(new long[] {shape[0], outputs, places}, 'c')) {
            for (long image = 0; image < shape[0]; image++) {
                try (INDArray product = weights.mmul(images.slice(image));
                        INDArray sum = product.addColumnVector(biases)) {
                    out.slice(image).assign(sum);
                }
            }
            return new Tensor(out.data().asFloat(), new long[] {shape[0], outputs, shape[2], shape[3]});
        }
    }

    private static INDArray array(Tensor tensor, long... shape) {
        return Nd4j.createFromArray(tensor.values()).reshape('c', shape);
    }

    private static Tensor convolution(NodeProto node, Tensor in, Tensor kernel, Tensor bias) {
        int images = (int) in.shape()[0];
        int channels = (int) in.shape()[1];
        int outputs = (int) kernel.shape()[0];
        int inputsPerGroup = (int) kernel.shape()[1];
        int outputsPerGroup = outputs / group(node);
        Window rows = Window.of(node, 0, in.shape()[2], kernel.shape()[2]);
        Window columns = Window.of(node, 1, in.shape()[3], kernel.shape()[3]);
        float[] out = new float[images * outputs * rows.outputs() * columns.outputs()];
        for (int map = 0; map < images * outputs; map++) {
            int output = map % outputs;
            int outStart = map * rows.outputs() * columns.outputs();
            Arrays.fill(out, outStart, outStart + rows.outputs() * columns.outputs(), bias.values()[output]);
            for (int input = 0; input < inputsPerGroup; input++) {
                int channel = output / outputsPerGroup * inputsPerGroup + input;
                int inStart = (map / outputs * channels + channel) * rows.inputs() * columns.inputs();
                int kernelStart = (output * inputsPerGroup + input) * rows.kernel() * columns.kernel();
                for (int place = 0; place < rows.kernel() * columns.kernel(); place++) {
                    addPlace(
                            in.values(),
                            inStart,
                            kernel.values()[kernelStart + place],
                            rows,
                            place / columns.kernel(),
                            columns,
                            place % columns.kernel(),
                            out,
                            outStart);
                }
            }
        }
        return new Tensor(out, new long[] {images, outputs, rows.outputs(), columns.outputs()});
    }

    /** Adds what one place of the kernel contributes to an output map. */
    private static void addPlace(
            float[] in,
            int inStart,
            float weight,
            Window rows,
            int kernelRow,
            Window columns,
            int kernelColumn,
            float[] out,
            int outStart) {
        for (int row = 0; row < rows.outputs(); row++) {
            int inRow = rows.input(row, kernelRow);
            if (inRow < 0 || inRow >= rows.inputs()) {
                continue;
            }
            for (int column = 0; column < columns.outputs(); column++) {
                int inColumn = columns.input(column, kernelColumn);
                if (inColumn >= 0 && inColumn < columns.inputs()) {
                    out[outStart + row * columns.outputs() + column] +=
                            weight * in[inStart + inRow * columns.inputs() + inColumn];
                }
            }
        }
    }

    /** How a kernel moves along an axis. */
    private record Window(int inputs, int kernel, int stride, int before, int outputs) {

        static Window of(NodeProto node, int axis, long inputs, long kernel) {
            int[] pads = ints(node, "pads");
            int stride = ints(node, "strides")[axis];
            int outputs = ((int) inputs + pads[axis] + pads[axis + 2] - (int) kernel) / stride + 1;
            return new Window((int) inputs, (int) kernel, stride, pads[axis], outputs);
        }

        /** The input at a place of the kernel, which may be outside. */
        int input(int output, int place) {
            return output * stride - before + place;
        }
    }

    private static Tensor globalAverage(Tensor in) {
        int places = (int) (in.shape()[2] * in.shape()[3]);
        float[] out = new float[in.values().length / places];
        for (int map = 0; map < out.length; map++) {
            double sum = 0;
            for (int place = 0; place < places; place++) {
                sum += in.values()[map * places + place];
            }
            out[map] = (float) (sum / places);
        }
        return new Tensor(out, new long[] {in.shape()[0], in.shape()[1], 1, 1});
    }

    private static Tensor dense(Tensor in, Tensor kernel, Tensor bias) {
        int rows = (int) in.shape()[0];
        int inputs = (int) kernel.shape()[0];
        int outputs = (int) kernel.shape()[1];
        float[] out = new float[rows * outputs];
        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < outputs; output++) {
                double sum = bias.values()[output];
                for (int input = 0; input < inputs; input++) {
                    sum += (double) in.values()[row * inputs + input] * kernel.values()[input * outputs + output];
                }
                out[row * outputs + output] = (float) sum;
            }
        }
        return new Tensor(out, new long[] {rows, outputs});
    }

    /** Rounds to the nearest, halves to even, and bounds to the range of uint8. */
    private static Tensor quantize(Tensor in, Tensor scale, Tensor zeroPoint) {
        float step = scale.values()[0];
        float zero = zeroPoint.values()[0];
        float[] out = new float[in.values().length];
        for (int i = 0; i < out.length; i++) {
            float number = (float) Math.rint(in.values()[i] / step) + zero;
            out[i] = Math.min(Math.max(number, 0), Quantization.MOST);
        }
        return new Tensor(out, in.shape());
    }

    /** With one scale, or one for each index of the outermost dimension; without zero points they are 0. */
    private static Tensor dequantize(Tensor in, Tensor scale, Tensor zeroPoint) {
        int length = in.values().length / scale.values().length;
        float[] out = new float[in.values().length];
        for (int channel = 0; channel < scale.values().length; channel++) {
            float step = scale.values()[channel];
            float zero = zeroPoint == null ? 0 : zeroPoint.values()[channel];
            for (int i = channel * length; i < (channel + 1) * length; i++) {
                out[i] = (in.values()[i] - zero) * step;
            }
        }
        return new Tensor(out, in.shape());
    }
}

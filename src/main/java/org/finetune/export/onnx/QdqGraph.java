package org.finetune.export.onnx;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.LittleEndian;
import org.finetune.export.onnx.OnnxProto.AttributeProto;
import org.finetune.export.onnx.OnnxProto.AttributeProto.AttributeType;
import org.finetune.export.onnx.OnnxProto.GraphProto;
import org.finetune.export.onnx.OnnxProto.NodeProto;
import org.finetune.export.onnx.OnnxProto.TensorProto;
import org.finetune.export.quantization.ActivationRanges;
import org.finetune.export.quantization.Quantization;
import org.finetune.export.quantization.QuantizedKernel;

/**
 * A graph whose convolutions, sums and pooling read numbers of 8 bits, in the form that runtimes recognize: what they read goes
 * through QuantizeLinear and DequantizeLinear (QDQ). Activations have a scale each, kernels one for each output channel. The
 * softmax layer, which is small, stays as it is.
 */
final class QdqGraph {
    private static final String DEQUANTIZE = "DequantizeLinear";

    private final GraphProto graph;
    private final ActivationRanges ranges;
    private final GraphProto.Builder quantized = GraphProto.newBuilder();
    private final Map<String, TensorProto> initializers = new HashMap<>();
    /** Dequantized values by what they are made of. */
    private final Map<String, String> dequantized = new HashMap<>();

    private QdqGraph(GraphProto graph, ActivationRanges ranges) {
        this.graph = graph;
        this.ranges = ranges;
    }

    /**
     * Quantizes a graph of {@link OnnxGraph}.
     *
     * @param ranges ranges of the graph's values
     */
    static GraphProto of(GraphProto graph, ActivationRanges ranges) {
        return new QdqGraph(graph, ranges).build();
    }

    private GraphProto build() {
        quantized.setName(graph.getName()).addAllInput(graph.getInputList()).addAllOutput(graph.getOutputList());
        graph.getInitializerList().forEach(initializer -> initializers.put(initializer.getName(), initializer));
        List<String> kept = new ArrayList<>(initializers.keySet());
        for (NodeProto node : graph.getNodeList()) {
            switch (node.getOpType()) {
                case "Conv" -> {
                    convolution(node);
                    kept.removeAll(List.of(node.getInput(1), node.getInput(2)));
                }
                case "Add", "GlobalAveragePool" -> {
                    NodeProto.Builder reading = node.toBuilder().clearInput();
                    node.getInputList().forEach(input -> reading.addInput(activation(input)));
                    quantized.addNode(reading);
                }
                default -> quantized.addNode(node);
            }
        }
        graph.getInitializerList().stream()
                .filter(initializer -> kept.contains(initializer.getName()))
                .forEach(quantized::addInitializer);
        return quantized.build();
    }

    private void convolution(NodeProto node) {
        String input = activation(node.getInput(0));
        TensorProto kernel = initializers.get(node.getInput(1));
        QuantizedKernel numbers = QuantizedKernel.of(
                OnnxInterpreter.tensor(kernel),
                0,
                OnnxInterpreter.tensor(initializers.get(node.getInput(2))).values(),
                ranges.quantization(node.getInput(0)).scale());
        String kernelName = constant(
                kernel.getName(),
                TensorProto.DataType.INT8_VALUE,
                numbers.values(),
                kernel.getDimsList(),
                numbers.scales());
        String biasName = constant(
                node.getInput(2),
                TensorProto.DataType.INT32_VALUE,
                LittleEndian.bytes(numbers.bias()),
                List.of((long) numbers.bias().length),
                numbers.biasScales());
        quantized.addNode(node.toBuilder().clearInput().addAllInput(List.of(input, kernelName, biasName)));
    }

    /** Adds quantized numbers with a scale for each output channel, and returns the name of the dequantized ones. */
    private String constant(String name, int type, byte[] content, List<Long> shape, float[] scales) {
        String result = name + "_dequantized";
        List<String> inputs = new ArrayList<>(List.of(
                initializer(name + "_quantized", type, content, shape),
                initializer(
                        name + "_scale", TensorProto.DataType.FLOAT_VALUE, LittleEndian.bytes(scales), List.of((long)
                                scales.length))));
        if (type == TensorProto.DataType.INT8_VALUE) {
            inputs.add(initializer(name + "_zero_point", type, new byte[scales.length], List.of((long) scales.length)));
        }
        AttributeProto axis = AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeType.INT)
                .setI(0)
                .build();
        quantized.addNode(node(DEQUANTIZE, result, inputs).addAttribute(axis));
        return result;
    }

    /** Adds quantization and dequantization of a value, once, and returns the name of what comes out. */
    private String activation(String value) {
        return dequantized.computeIfAbsent(value, name -> {
            Quantization quantization = ranges.quantization(name);
            String scale = initializer(
                    name + "_scale",
                    TensorProto.DataType.FLOAT_VALUE,
                    LittleEndian.bytes(new float[] {quantization.scale()}),
                    List.of());
            String zeroPoint = initializer(
                    name + "_zero_point",
                    TensorProto.DataType.UINT8_VALUE,
                    new byte[] {(byte) quantization.zeroPoint()},
                    List.of());
            String numbers = name + "_quantized";
            String result = name + "_dequantized";
            quantized.addNode(node("QuantizeLinear", numbers, List.of(name, scale, zeroPoint)));
            quantized.addNode(node(DEQUANTIZE, result, List.of(numbers, scale, zeroPoint)));
            return result;
        });
    }

    private static NodeProto.Builder node(String operator, String output, List<String> inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output);
    }

    private String initializer(String name, int type, byte[] content, List<Long> shape) {
        quantized.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type)
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(content)));
        return name;
    }
}

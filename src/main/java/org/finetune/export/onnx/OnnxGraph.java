package org.finetune.export.onnx;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.FoldedWeights;
import org.finetune.export.InputRange;
import org.finetune.export.KernelLayout;
import org.finetune.export.Layout;
import org.finetune.export.LittleEndian;
import org.finetune.export.onnx.OnnxProto.AttributeProto;
import org.finetune.export.onnx.OnnxProto.AttributeProto.AttributeType;
import org.finetune.export.onnx.OnnxProto.GraphProto;
import org.finetune.export.onnx.OnnxProto.NodeProto;
import org.finetune.export.onnx.OnnxProto.TensorProto;
import org.finetune.export.onnx.OnnxProto.TensorShapeProto;
import org.finetune.export.onnx.OnnxProto.TensorShapeProto.Dimension;
import org.finetune.export.onnx.OnnxProto.TypeProto;
import org.finetune.export.onnx.OnnxProto.ValueInfoProto;
import org.finetune.model.FeatureShape;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * A model as a graph of ONNX's operators, inside it in the layout {@code [N,C,H,W]}, batch normalizations folded into the
 * convolutions. Values have the names of the layers that give them.
 */
final class OnnxGraph {
    static final String INPUT = "images";
    static final String OUTPUT = "probabilities";

    private static final String BATCH = "N";

    private final SavedModel model;
    private final Weights weights;
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("MobileNetV2");
    /** Names of values by the layers whose output they are. */
    private final Map<String, String> values = new HashMap<>();

    private OnnxGraph(SavedModel model) {
        this.model = model;
        this.weights = FoldedWeights.of(model);
    }

    /**
     * Makes the graph.
     *
     * @param layout layout of the input
     * @param range values of the input
     */
    static GraphProto of(SavedModel model, Layout layout, InputRange range) {
        return new OnnxGraph(model).build(layout, range);
    }

    private GraphProto build(Layout layout, InputRange range) {
        int classes = model.classes().size();
        graph.addInput(value(INPUT, layout.image(model.architecture().size())));
        graph.addOutput(value(OUTPUT, List.of(classes)));
        String input = INPUT;
        if (layout == Layout.NHWC) {
            input = node("Transpose", "transposed", List.of(input), ints("perm", 0, 3, 1, 2));
        }
        if (range == InputRange.PIXELS) {
            input = node("Div", "divided", List.of(input, scalar("half_range", 127.5f)));
            input = node("Sub", "scaled", List.of(input, scalar("one", 1)));
        }
        scalar("zero", 0);
        scalar("six", 6);
        for (KerasLayer layer : model.architecture().network(classes)) {
            values.put(layer.name(), layer.type() == LayerType.INPUT ? input : output(layer));
        }
        return graph.build();
    }

    /** Adds the nodes of a layer, and returns the name of their result. */
    private String output(KerasLayer layer) {
        String input = values.get(layer.inputs().get(0));
        return switch (layer.type()) {
            case CONVOLUTION, DEPTHWISE_CONVOLUTION -> convolution(layer, input);
            case RELU6 -> node("Clip", layer.name(), List.of(input, "zero", "six"));
            case ADD -> node(
                    "Add",
                    layer.name(),
                    layer.inputs().stream().map(values::get).toList());
            case GLOBAL_AVERAGE_POOLING -> node(
                    "Flatten", layer.name(), List.of(node("GlobalAveragePool", layer.name() + "_2d", List.of(input))));
            case DENSE -> node("Softmax", OUTPUT, List.of(dense(layer, input)), integer("axis", 1));
                // Convolutions pad and normalize, and nothing is dropped.
            case ZERO_PADDING, BATCH_NORMALIZATION, DROPOUT -> input;
            case INPUT -> throw new IllegalArgumentException(layer.name() + " has no node");
        };
    }

    private String convolution(KerasLayer layer, String input) {
        boolean depthwise = layer.type() == LayerType.DEPTHWISE_CONVOLUTION;
        String kernelName = layer.type().parameterNames().get(0);
        Tensor kernel = KernelLayout.outputFirst(weights.get(layer.name(), kernelName), depthwise);
        FeatureShape unpadded = unpaddedInput(layer);
        int[] rows = padding(unpadded.height(), layer);
        int[] columns = padding(unpadded.width(), layer);
        return node(
                "Conv",
                layer.name(),
                List.of(
                        input,
                        initializer(layer.name() + "/" + kernelName, kernel),
                        initializer(layer.name() + "/bias", weights.get(layer.name(), "bias"))),
                integer("group", depthwise ? unpadded.channels() : 1),
                ints("kernel_shape", layer.kernel(), layer.kernel()),
                ints("strides", layer.stride(), layer.stride()),
                ints("pads", rows[0], columns[0], rows[1], columns[1]));
    }

    private FeatureShape unpaddedInput(KerasLayer layer) {
        KerasLayer before = model.architecture().layer(layer.inputs().get(0));
        return before.type() == LayerType.ZERO_PADDING ? before.inputShape() : layer.inputShape();
    }

    /** Zeros before and after, as Keras pads: as few as give an output of ceil(size / stride), the odd one after. */
    private static int[] padding(int size, KerasLayer layer) {
        int outputs = (size + layer.stride() - 1) / layer.stride();
        int zeros = Math.max(0, (outputs - 1) * layer.stride() + layer.kernel() - size);
        return new int[] {zeros / 2, zeros - zeros / 2};
    }

    private String dense(KerasLayer layer, String input) {
        return node(
                "Gemm",
                layer.name(),
                List.of(
                        input,
                        initializer(layer.name() + "/kernel", weights.get(layer.name(), "kernel")),
                        initializer(layer.name() + "/bias", weights.get(layer.name(), "bias"))));
    }

    private String node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private String scalar(String name, float number) {
        return initializer(name, new Tensor(new float[] {number}, new long[0]));
    }

    private String initializer(String name, Tensor tensor) {
        TensorProto.Builder initializer = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(LittleEndian.bytes(tensor.values())));
        for (long extent : tensor.shape()) {
            initializer.addDims(extent);
        }
        graph.addInitializer(initializer);
        return name;
    }

    private static AttributeProto integer(String name, int number) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(number)
                .build();
    }

    private static AttributeProto ints(String name, long... numbers) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (long number : numbers) {
            attribute.addInts(number);
        }
        return attribute.build();
    }

    /** A float32 input or output with any number of images. */
    private static ValueInfoProto value(String name, List<Integer> extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDim(Dimension.newBuilder().setDimParam(BATCH));
        extents.forEach(extent -> shape.addDim(Dimension.newBuilder().setDimValue(extent)));
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}

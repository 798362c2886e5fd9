package org.finetune.export.dl4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.export.FoldedWeights;
import org.finetune.export.KernelLayout;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.LayerType;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A model as a graph of stock layers that only classifies: batch normalizations are folded into the convolutions, which pad and
 * apply ReLU6 themselves, and nothing is dropped. Input {@code [N,H,W,3]}, output {@code [N,classes]} probabilities.
 */
final class FoldedGraph {
    private final SavedModel model;
    private final GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder();
    /** Vertices of the graph by the layers of the model whose output they give. */
    private final Map<String, String> vertices = new HashMap<>();

    private FoldedGraph(SavedModel model) {
        this.model = model;
    }

    /** Makes the graph, with its parameters. */
    static ComputationGraph of(SavedModel model) {
        return new FoldedGraph(model).build();
    }

    private ComputationGraph build() {
        Architecture architecture = model.architecture();
        int size = architecture.size();
        builder.addInputs(Architecture.INPUT)
                .setInputTypes(InputType.convolutional(size, size, 3, CNN2DFormat.NHWC))
                .setOutputs(Architecture.PREDICTIONS);
        List<KerasLayer> network = architecture.network(model.classes().size());
        for (KerasLayer layer : network) {
            vertices.put(layer.name(), vertex(layer, network));
        }
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        write(FoldedWeights.of(model), graph, network);
        return graph;
    }

    /** Adds what a layer becomes, and returns the name of the vertex that gives its output. */
    private String vertex(KerasLayer layer, List<KerasLayer> network) {
        String[] inputs = layer.inputs().stream().map(vertices::get).toArray(String[]::new);
        switch (layer.type()) {
            case CONVOLUTION -> builder.addLayer(
                    layer.name(),
                    new ConvolutionLayer.Builder(layer.kernel(), layer.kernel())
                            .stride(layer.stride(), layer.stride())
                            .nIn(layer.inputShape().channels())
                            .nOut(layer.outputShape().channels())
                            .convolutionMode(ConvolutionMode.Same)
                            .dataFormat(CNN2DFormat.NHWC)
                            .activation(activation(layer, network))
                            .build(),
                    inputs);
            case DEPTHWISE_CONVOLUTION -> builder.addLayer(
                    layer.name(),
                    new DepthwiseConvolution2D.Builder(layer.kernel(), layer.kernel())
                            .stride(layer.stride(), layer.stride())
                            .nIn(layer.inputShape().channels())
                            .nOut(layer.outputShape().channels())
                            .depthMultiplier(1)
                            .convolutionMode(ConvolutionMode.Same)
                            .dataFormat(CNN2DFormat.NHWC)
                            .activation(activation(layer, network))
                            .build(),
                    inputs);
            case ADD -> builder.addVertex(layer.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
            case GLOBAL_AVERAGE_POOLING -> builder.addLayer(
                    layer.name(),
                    new GlobalPoolingLayer.Builder(PoolingType.AVG)
                            .poolingDimensions(1, 2)
                            .build(),
                    inputs);
            case DENSE -> builder.addLayer(
                    layer.name(),
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                            .nIn(layer.inputShape().channels())
                            .nOut(layer.outputShape().channels())
                            .activation(Activation.SOFTMAX)
                            .build(),
                    inputs);
            case INPUT -> {}
            case ZERO_PADDING, BATCH_NORMALIZATION, RELU6, DROPOUT -> {
                return inputs[0];
            }
        }
        return layer.name();
    }

    /** The activation behind the batch normalization that follows a convolution. */
    private static IActivation activation(KerasLayer convolution, List<KerasLayer> network) {
        boolean bounded = network.get(convolution.index() + 2).type() == LayerType.RELU6;
        return bounded ? new ActivationReLU6() : new ActivationIdentity();
    }

    private static void write(Weights folded, ComputationGraph graph, List<KerasLayer> network) {
        for (KerasLayer layer : network) {
            switch (layer.type()) {
                case CONVOLUTION -> assign(
                        graph, layer, "W", KernelLayout.outputFirst(folded.get(layer.name(), "kernel"), false));
                case DEPTHWISE_CONVOLUTION -> assign(graph, layer, "W", folded.get(layer.name(), "depthwise_kernel"));
                case DENSE -> assign(graph, layer, "W", folded.get(layer.name(), "kernel"));
                default -> {
                    continue;
                }
            }
            assign(graph, layer, "b", folded.get(layer.name(), "bias"));
        }
    }

    private static void assign(ComputationGraph graph, KerasLayer layer, String key, Tensor tensor) {
        INDArray parameter = graph.getLayer(layer.name()).getParam(key);
        parameter.assign(Nd4j.createFromArray(tensor.values()).reshape('c', parameter.shape()));
    }
}

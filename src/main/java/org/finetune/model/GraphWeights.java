package org.finetune.model;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves parameters between a {@link ComputationGraph} of stock layers and {@link Weights}, bit for bit. */
public final class GraphWeights {
    private GraphWeights() {}

    /** Copies the parameters of the given layers out of the graph. */
    public static Weights read(ComputationGraph graph, List<KerasLayer> layers) {
        Weights weights = new Weights();
        for (KerasLayer layer : layers) {
            layer.parameterShapes().forEach((parameter, shape) -> {
                INDArray array = graphArray(graph, layer, parameter);
                // [oC,iC,kH,kW] -> [kH,kW,iC,oC]
                INDArray keras = isConvolutionKernel(layer, parameter) ? array.permute(2, 3, 1, 0) : array;
                float[] values = keras.dup('c').data().asFloat();
                weights.put(layer.name(), parameter, new Tensor(values, shape));
            });
        }
        return weights;
    }

    /** Copies the parameters of the given layers into the graph. */
    public static void write(Weights weights, ComputationGraph graph, List<KerasLayer> layers) {
        for (KerasLayer layer : layers) {
            layer.parameterShapes().forEach((parameter, shape) -> {
                Tensor tensor = weights.get(layer.name(), parameter);
                INDArray keras = Nd4j.createFromArray(tensor.values()).reshape('c', shape);
                INDArray array = graphArray(graph, layer, parameter);
                // [kH,kW,iC,oC] -> [oC,iC,kH,kW]
                INDArray stock = isConvolutionKernel(layer, parameter) ? keras.permute(3, 2, 0, 1) : keras;
                array.assign(stock.reshape(array.shape()));
            });
        }
    }

    private static boolean isConvolutionKernel(KerasLayer layer, String parameter) {
        return layer.type() == LayerType.CONVOLUTION && parameter.equals("kernel");
    }

    private static INDArray graphArray(ComputationGraph graph, KerasLayer layer, String parameter) {
        String key =
                switch (parameter) {
                    case "kernel", "depthwise_kernel" -> "W";
                    case "bias" -> "b";
                    case "moving_mean" -> "mean";
                    case "moving_variance" -> "var";
                    default -> parameter;
                };
        return graph.getLayer(layer.name()).getParam(key);
    }
}

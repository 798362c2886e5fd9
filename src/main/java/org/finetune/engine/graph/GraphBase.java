package org.finetune.engine.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.engine.FrozenBase;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The frozen part of the network as stock layers. */
final class GraphBase implements FrozenBase {
    private final ComputationGraph graph;
    private final List<String> wanted;
    private final INDArray input;
    private final Map<String, INDArray> outputs = new HashMap<>();

    GraphBase(ComputationGraph graph, Architecture architecture, List<String> wanted, int batchSize) {
        this.graph = graph;
        this.wanted = wanted;
        this.input = Nd4j.create(
                DataType.FLOAT,
                architecture.layer(Architecture.INPUT).outputShape().batch(batchSize),
                'c');
        outputs.put(Architecture.INPUT, input);
    }

    @Override
    public int batchSize() {
        return (int) input.size(0);
    }

    @Override
    public INDArray input() {
        return input;
    }

    @Override
    public void run(int images) {
        if (wanted.equals(List.of(Architecture.INPUT))) {
            return;
        }
        Map<String, INDArray> activations = graph.feedForward(input, false);
        for (String layer : wanted) {
            if (!layer.equals(Architecture.INPUT)) {
                outputs.put(layer, withHeightAndWidth(activations.get(layer).dup('c')));
            }
        }
    }

    /** {@code [N,C]} as {@code [N,1,1,C]}. */
    private static INDArray withHeightAndWidth(INDArray array) {
        return array.rank() == 2 ? array.reshape('c', array.size(0), 1, 1, array.size(1)) : array;
    }

    @Override
    public INDArray output(String layer) {
        return outputs.get(layer);
    }

    @Override
    public void close() {
        outputs.values().forEach(INDArray::close);
    }
}

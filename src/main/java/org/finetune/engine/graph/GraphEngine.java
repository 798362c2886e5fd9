package org.finetune.engine.graph;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;

/** Executes the network with Deeplearning4j's own layers: slow, and the reference for the fast engine. */
public final class GraphEngine implements Engine {
    private final Architecture architecture;
    private final int classes;

    /**
     * Makes an engine.
     *
     * @param classes outputs of the softmax layer
     */
    public GraphEngine(Architecture architecture, int classes) {
        this.architecture = architecture;
        this.classes = classes;
    }

    /** The input: the stock graph runs whole in every step. */
    @Override
    public KerasLayer cut(FreezeBoundary boundary) {
        return architecture.layer(Architecture.INPUT);
    }

    @Override
    public FrozenBase base(ComputationGraph graph, List<String> outputs, int batchSize) {
        return new GraphBase(graph, architecture, outputs, batchSize);
    }

    @Override
    public TrainableTail tail(ComputationGraph graph, FreezeBoundary boundary, TailSettings settings) {
        return new GraphTail(graph, architecture, classes, boundary, settings);
    }
}

package org.finetune.engine.graph;

import java.util.List;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;

/**
 * Executes the network with Deeplearning4j's own layers, on graphs that it makes by transfer learning: slow, and the
 * reference for the fast engine.
 */
public final class GraphEngine implements Engine {
    /** Of random parameters that the given ones replace. */
    private static final long SEED = 1;

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

    /** {@inheritDoc} The images are the only input, as they are the only cut. */
    @Override
    public FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize) {
        if (!input.equals(Architecture.INPUT)) {
            throw new IllegalArgumentException("The stock graph does not begin with " + input);
        }
        TransferGraph graph = new TransferGraph(architecture, classes, 0, 0, SEED);
        return new GraphBase(
                graph.frozen(weights, FreezeBoundary.headOnly(architecture)), architecture, outputs, batchSize);
    }

    @Override
    public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
        TransferGraph graph =
                new TransferGraph(architecture, classes, settings.dropout(), settings.learningRate(), SEED);
        return new GraphTail(graph.frozen(weights, boundary), boundary, classes, settings);
    }
}

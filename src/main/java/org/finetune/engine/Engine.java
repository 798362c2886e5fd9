package org.finetune.engine;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;

/** A way to execute a network that is given as a {@link ComputationGraph} of stock layers. */
public interface Engine {

    /**
     * The layer whose activations are kept once for each image, so that a phase need not compute them again.
     *
     * @param boundary what the phase trains
     */
    KerasLayer cut(FreezeBoundary boundary);

    /**
     * Prepares the frozen part of a network.
     *
     * @param graph the network; its parameters are copied
     * @param outputs the layers whose activations are wanted, in network order
     * @param batchSize most images of one run
     */
    FrozenBase base(ComputationGraph graph, List<String> outputs, int batchSize);

    /**
     * Prepares the part of a network above the cut for training.
     *
     * @param graph the network of the phase; its parameters are copied
     * @param boundary what the phase trains
     */
    TrainableTail tail(ComputationGraph graph, FreezeBoundary boundary, TailSettings settings);
}

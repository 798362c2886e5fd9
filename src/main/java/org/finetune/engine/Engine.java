package org.finetune.engine;

import java.util.List;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;

/** A way to execute a network. It is made for an architecture and a number of classes. */
public interface Engine {

    /**
     * The layer whose activations are kept once for each image, so that a phase need not compute them again.
     *
     * @param boundary what the phase trains
     */
    default KerasLayer cut(FreezeBoundary boundary) {
        return boundary.cut();
    }

    /**
     * Prepares the frozen part of the network.
     *
     * @param weights parameters of base and head; they are copied
     * @param outputs the layers whose activations are wanted, in network order
     * @param batchSize most images of one run
     */
    default FrozenBase base(Weights weights, List<String> outputs, int batchSize) {
        return base(weights, Architecture.INPUT, outputs, batchSize);
    }

    /**
     * Prepares frozen layers that follow a layer, whose activations are what they are given instead of images.
     *
     * @param weights parameters of base and head; they are copied
     * @param input the {@link #cut} of some boundary below the pooling
     * @param outputs the layers whose activations are wanted, in network order; of those after the input, or the images
     *     themselves
     * @param batchSize most images of one run
     */
    FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize);

    /**
     * Prepares the part of the network above the cut for training, with Adam's moments at zero.
     *
     * @param weights parameters of base and head at the beginning of the phase; they are copied
     * @param boundary what the phase trains
     */
    TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings);
}

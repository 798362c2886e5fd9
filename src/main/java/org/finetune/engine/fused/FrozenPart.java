package org.finetune.engine.fused;

import java.util.List;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;

/**
 * Layers that run without being trained, from an input to the last wanted output.
 *
 * @param weights parameters of the network
 * @param input the layer whose output is the input: that of the images, or the end of a block
 * @param outputs layers whose outputs are kept, in network order: the input, ends of blocks, the last activation or the pooling
 * @param batchSize most images of a run
 */
public record FrozenPart(
        Architecture architecture, Weights weights, String input, List<String> outputs, int batchSize) {

    public FrozenPart {
        outputs = List.copyOf(outputs);
    }

    /** The layers, in network order. */
    public List<FusedLayer> layers() {
        return FusedLayer.between(input, outputs.get(outputs.size() - 1), architecture);
    }
}

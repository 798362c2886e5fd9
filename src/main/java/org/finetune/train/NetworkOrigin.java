package org.finetune.train;

import java.util.Optional;
import org.finetune.model.Architecture;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/**
 * Where the parameters come from that a run begins with: an earlier run, or else pretrained weights.
 *
 * @param pretrained finds the pretrained weights
 * @param parent the earlier run, if there is one
 */
public record NetworkOrigin(WeightsResolver pretrained, Optional<ParentRun> parent) {

    /**
     * The parameters for a network.
     *
     * @throws org.finetune.FinetuneException if they cannot be found or used
     */
    ResolvedWeights resolve(Architecture architecture) {
        return parent.map(ParentRun::weights).orElseGet(() -> pretrained.resolve(architecture));
    }
}

package org.finetune.train;

import org.finetune.model.FreezeBoundary;
import org.finetune.settings.Unfreezing;

/**
 * A stage of phase 2.
 *
 * @param unfreeze number of layers that are trained, counted from the pooling back, as the settings say it
 * @param boundary what is trained
 * @param training how
 * @param mostRestarts how often it begins anew at half the learning rate when the loss jumps
 */
public record FineTuningPlan(int unfreeze, FreezeBoundary boundary, PhaseSettings training, int mostRestarts) {

    /** The number of layers as the user writes it. */
    String layers() {
        return Unfreezing.text(unfreeze);
    }

    /** The same with another number of epochs. */
    FineTuningPlan withEpochs(int epochs) {
        return new FineTuningPlan(unfreeze, boundary, training.withEpochs(epochs), mostRestarts);
    }
}

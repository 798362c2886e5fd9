package org.finetune.train;

import org.finetune.model.FreezeBoundary;

/**
 * A stage of phase 2.
 *
 * @param boundary what is trained
 * @param training how
 * @param mostRestarts how often it begins anew at half the learning rate when the loss jumps
 */
public record FineTuningPlan(FreezeBoundary boundary, PhaseSettings training, int mostRestarts) {}

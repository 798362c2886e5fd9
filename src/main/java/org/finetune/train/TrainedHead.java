package org.finetune.train;

import java.util.List;

/**
 * Phase 1 of a run, when it is over.
 *
 * @param best the epoch of it that is kept
 * @param history all of its epochs
 */
record TrainedHead(BestEpoch best, List<EpochResult> history) {}

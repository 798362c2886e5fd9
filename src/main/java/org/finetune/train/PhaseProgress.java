package org.finetune.train;

import java.util.Optional;
import org.finetune.engine.TailState;
import org.finetune.metrics.MetricsSums;

/**
 * Where the training of a phase is, between two steps. Order, views and dropout masks follow from the seed and the place
 * ({@link EpochOrder}), so this is all that it takes to resume to the same bits.
 *
 * @param epoch number of the epoch in its phase, from 1; one more than the last epoch when that is over
 * @param images number of images of the epoch that were trained on
 * @param lossSum sum of their losses, as they were minimized
 * @param sums their other metrics
 * @param tail what was trained
 * @param best the best epoch so far, if the first is over
 */
record PhaseProgress(
        int epoch, int images, double lossSum, MetricsSums sums, TailState tail, Optional<BestEpoch> best) {}

package org.finetune.train;

import java.nio.file.Path;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.train.features.FeatureTimes;

/**
 * What a training run came to.
 *
 * @param directory the run directory
 * @param kept the phase whose model is the result
 * @param head validation figures after phase 1
 * @param fineTuned validation figures after phase 2, or null if there was none
 * @param trainImages number of training images
 * @param skipped number of images that could not be used
 * @param seconds duration of the whole run
 * @param featureTimes where the time of running the frozen part went
 */
public record TrainingSummary(
        Path directory,
        Phase kept,
        ClassificationMetrics head,
        ClassificationMetrics fineTuned,
        int trainImages,
        int skipped,
        double seconds,
        FeatureTimes featureTimes) {

    /** Validation figures of the resulting model. */
    public ClassificationMetrics result() {
        return kept == Phase.HEAD ? head : fineTuned;
    }

    /** By how much phase 2 changed top-1 over the head alone, kept or not; 0 if there was no phase 2. */
    public double fineTuneGain() {
        return fineTuned == null ? 0 : fineTuned.top1() - head.top1();
    }
}

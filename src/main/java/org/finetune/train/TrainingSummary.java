package org.finetune.train;

import java.nio.file.Path;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.head.TemperatureScaling;

/**
 * What a training run came to.
 *
 * @param directory the run directory
 * @param choice which phase's model is the result
 * @param head validation figures after phase 1
 * @param fineTuned validation figures after phase 2, or null if there was none
 * @param result validation figures of the resulting model
 * @param scaling the temperature that its softmax layer has in it
 * @param trainImages number of training images
 * @param skipped number of images that could not be used
 * @param seconds duration of the whole run
 * @param featureTimes where the time of running the frozen part went
 * @param insights what was found out besides
 */
public record TrainingSummary(
        Path directory,
        ModelChoice choice,
        ClassificationMetrics head,
        ClassificationMetrics fineTuned,
        ClassificationMetrics result,
        TemperatureScaling scaling,
        int trainImages,
        int skipped,
        double seconds,
        FeatureTimes featureTimes,
        RunInsights insights) {

    /** The phase whose model is the result. */
    public Phase kept() {
        return choice.kept();
    }

    /** The temperature by which the model's logits were divided; 1 if they are as they were trained. */
    public double temperature() {
        return scaling.temperature();
    }

    /** The validation loss of the model without its temperature. */
    public double uncalibratedLoss() {
        return (kept() == Phase.HEAD ? head : fineTuned).loss();
    }

    /** By how much phase 2 changed top-1 over the head alone, kept or not; 0 if there was no phase 2. */
    public double fineTuneGain() {
        return fineTuned == null ? 0 : fineTuned.top1() - head.top1();
    }
}

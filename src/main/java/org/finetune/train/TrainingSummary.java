package org.finetune.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.train.features.FeatureTimes;
import org.finetune.train.head.TemperatureScaling;

/**
 * What a training run came to.
 *
 * @param directory the run directory
 * @param head validation metrics after phase 1
 * @param stages what each stage of phase 2 came to; none if there was no phase 2
 * @param result validation metrics of the resulting model
 * @param scaling the temperature that its softmax layer has in it
 * @param trainImages number of training photos
 * @param skipped number of photos that could not be used
 * @param seconds duration of the whole run
 * @param featureTimes where the time of running the frozen part went
 * @param insights what was found out besides
 */
public record TrainingSummary(
        Path directory,
        ClassificationMetrics head,
        List<FineTunedStage> stages,
        ClassificationMetrics result,
        TemperatureScaling scaling,
        int trainImages,
        int skipped,
        double seconds,
        FeatureTimes featureTimes,
        RunInsights insights) {

    public TrainingSummary {
        stages = List.copyOf(stages);
    }

    /** The phase or stage whose model is the result. */
    public Phase kept() {
        return stages.isEmpty()
                ? Phase.HEAD
                : stages.get(stages.size() - 1).choice().kept();
    }

    /** The stage whose model is the result, or the last one where that of the head is; nothing if there was no phase 2. */
    public Optional<FineTunedStage> fineTunedStage() {
        Optional<FineTunedStage> kept =
                stages.stream().filter(stage -> stage.phase().equals(kept())).findFirst();
        return kept.isPresent() || stages.isEmpty() ? kept : Optional.of(stages.get(stages.size() - 1));
    }

    /** Validation metrics of that stage. */
    public Optional<ClassificationMetrics> fineTuned() {
        return fineTunedStage().map(FineTunedStage::validation);
    }

    /** The temperature by which the model's logits were divided; 1 if they are as they were trained. */
    public double temperature() {
        return scaling.temperature();
    }

    /** The validation loss of the model without its temperature. */
    public double uncalibratedLoss() {
        return fineTuned().filter(figures -> !kept().isHead()).orElse(head).loss();
    }

    /** By how much phase 2 changed top-1 over the head alone, kept or not; 0 if there was no phase 2. */
    public double fineTuneGain() {
        return fineTuned().map(figures -> figures.top1() - head.top1()).orElse(0.0);
    }
}

package org.finetune.cli;

import java.util.Optional;
import java.util.function.Consumer;
import org.finetune.inference.SavedRun;
import org.finetune.metrics.FeatureDistance;
import org.finetune.model.SavedModel;
import picocli.CommandLine.Option;

/** The probability below which no class is named. */
final class ThresholdOption {
    @Option(
            names = "--threshold",
            paramLabel = "<p>",
            converter = ShareConverter.class,
            description = "Answer unknown if the highest probability is below this value, from 0 to 1, or if the "
                    + "photo is unlike the training photos. The report suggests thresholds.")
    private Double threshold;

    /** The lowest probability, from 0 to 1, with which a class is named; empty if one always is. */
    Optional<Double> value() {
        return Optional.ofNullable(threshold);
    }

    /** With a threshold, what a run knows of its training photos, which {@link SavedRun#trainingFeatures} reads. */
    Optional<FeatureDistance> trainingFeatures(SavedRun run, SavedModel model, Consumer<String> warnings) {
        return threshold == null ? Optional.empty() : run.trainingFeatures(model, warnings);
    }
}

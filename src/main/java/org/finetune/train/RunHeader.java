package org.finetune.train;

import org.finetune.backend.Backend;
import org.finetune.data.Dataset;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.weights.ResolvedWeights;

/** The facts that everything that trains begins with: images, network, weights, backend. */
final class RunHeader {
    private RunHeader() {}

    static void announce(TrainSettings settings, Dataset data, ResolvedWeights weights, TrainingListener listener) {
        listener.fact("Data", data.description() + " in '" + settings.get(Setting.DATA) + "'");
        int ignored = data.counts().otherFiles() + data.counts().hidden();
        if (ignored > 0) {
            listener.info(String.format(
                    "Ignored %d files that are no images and %d hidden ones",
                    data.counts().otherFiles(), data.counts().hidden()));
        }
        data.warnings().forEach(listener::warning);
        listener.fact(
                "Network",
                "MobileNetV2, alpha " + settings.get(Setting.ALPHA) + ", input " + settings.get(Setting.SIZE) + "x"
                        + settings.get(Setting.SIZE));
        listener.fact("Weights", weights.origin() + ", SHA-256 " + weights.sha256());
        if (!weights.warning().isEmpty()) {
            listener.warning(weights.warning());
        }
        listener.fact("Backend", Backend.description());
    }
}

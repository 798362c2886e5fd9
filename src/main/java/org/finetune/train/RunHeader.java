package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import org.finetune.data.Dataset;
import org.finetune.engine.select.Engines;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.weights.ResolvedWeights;

/** The facts that everything that trains begins with: images, network, weights, backend. */
final class RunHeader {
    private RunHeader() {}

    static void announce(TrainSettings settings, Dataset data, ResolvedWeights weights, TrainingListener listener) {
        listener.fact("Data", data.description() + " in '" + settings.get(Setting.DATA) + "'");
        List<String> ignored = new ArrayList<>();
        if (data.counts().otherFiles() > 0) {
            ignored.add(counted(data.counts().otherFiles(), "non-image file"));
        }
        if (data.counts().hidden() > 0) {
            ignored.add(counted(data.counts().hidden(), "hidden file"));
        }
        if (!ignored.isEmpty()) {
            listener.info("Ignored " + String.join(" and ", ignored));
        }
        data.warnings().forEach(listener::warning);
        listener.fact(
                "Network",
                "MobileNetV2, alpha " + settings.get(Setting.ALPHA) + ", input " + settings.get(Setting.SIZE) + "x"
                        + settings.get(Setting.SIZE));
        weights(weights, listener);
        listener.fact("Backend", Engines.description(settings.get(Setting.DEVICE)));
        Engines.selfChecks().forEach(check -> listener.fact("Self-check", check));
    }

    /** Which pretrained weights are used. */
    static void weights(ResolvedWeights weights, TrainingListener listener) {
        listener.fact("Weights", weights.origin() + ", SHA-256 " + weights.sha256());
        if (!weights.warning().isEmpty()) {
            listener.warning(weights.warning());
        }
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}

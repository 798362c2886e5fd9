package org.finetune.tune;

import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.TrainingSummary;

/**
 * A trial to be run.
 *
 * @param number its number, from 1
 * @param combination what it tries
 * @param settings all of its settings
 */
record Trial(int number, Combination combination, TrainSettings settings) {

    /**
     * The same on a device.
     *
     * @param device its number, or nothing for that of the settings
     */
    Trial on(Optional<Integer> device) {
        return device.isEmpty() ? this : new Trial(number, combination, settings.with(Setting.DEVICE, device));
    }

    /** The result of a trial that was trained. */
    TrialResult done(TrainingSummary summary, double seconds) {
        ClassificationMetrics result = summary.result();
        TrialResult.Figures figures = new TrialResult.Figures(
                result.top1(),
                result.loss(),
                summary.head().top1(),
                summary.head().loss(),
                summary.kept().label(),
                result.images());
        return new TrialResult(number, combination, ExitCode.SUCCESS, Optional.of(figures), seconds, "");
    }

    /** The result of a trial that has no model. */
    TrialResult failed(ExitCode exitCode, String problem, double seconds) {
        return new TrialResult(number, combination, exitCode, Optional.empty(), seconds, problem);
    }
}

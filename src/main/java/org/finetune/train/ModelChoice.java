package org.finetune.train;

import java.util.Locale;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;

/**
 * Which of two models is kept: that of a stage of fine-tuning, or the one that it began with. That of fine-tuning is, if it
 * gets at least as many validation photos right as the other and has not collapsed onto fewer classes: its macro F1 is at most
 * 0.02 lower, and of the classes that the other predicts at all it predicts at least nine in ten. Top-1 alone does not see a
 * collapse where one class is frequent, and the loss rewards caution rather than right answers: by it, a model that predicts the
 * largest class has been chosen.
 *
 * @param kept the phase whose model is kept
 * @param objection what is wrong with a fine-tuned model that is right often enough, as a clause; "" if nothing is
 */
public record ModelChoice(Phase kept, String objection) {
    /** Some standard errors of the difference on a few hundred photos with much the same answers. */
    private static final double MACRO_F1_MARGIN = 0.02;
    /** With many classes of few photos, whether one of them is named at all is chance. */
    private static final double LEAST_NAMED = 0.9;

    /**
     * Chooses.
     *
     * @param before the phase that the stage began with
     * @param earlier validation metrics of that
     * @param stage the stage of fine-tuning
     * @param fineTuned validation metrics after it
     */
    public static ModelChoice of(
            Phase before, ClassificationMetrics earlier, Phase stage, ClassificationMetrics fineTuned) {
        if (fineTuned.hits() < earlier.hits()) {
            return new ModelChoice(before, "");
        }
        long namedBefore = named(earlier);
        long namedAfter = named(fineTuned);
        if (namedAfter < LEAST_NAMED * namedBefore) {
            return new ModelChoice(
                    before,
                    String.format(
                            "it predicts only %d of the classes, and the %s predicts %d",
                            namedAfter, before.isHead() ? "head" : "model before", namedBefore));
        }
        if (fineTuned.macroF1() < earlier.macroF1() - MACRO_F1_MARGIN) {
            return new ModelChoice(
                    before,
                    String.format(
                            Locale.ROOT, "macro F1 fell from %.3f to %.3f", earlier.macroF1(), fineTuned.macroF1()));
        }
        return new ModelChoice(stage, "");
    }

    /** Number of classes that are predicted for any photo. */
    private static long named(ClassificationMetrics metrics) {
        return metrics.confusion().cells().stream()
                .map(ConfusionMatrix.Cell::predicted)
                .distinct()
                .count();
    }
}

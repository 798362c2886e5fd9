package org.finetune.train;

import java.util.Locale;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;

/**
 * Which phase's model is the result. That of fine-tuning is, if it gets at least as many validation images right as the head
 * and has not collapsed onto fewer classes: its macro F1 is at most 0.02 lower, and of the classes that the head names at all
 * it names at least nine in ten. Top-1 alone does not see a collapse where one class is frequent, and the loss rewards caution
 * rather than right answers: by it, a model that names the largest class has been chosen.
 *
 * @param kept the phase
 * @param objection what is wrong with a fine-tuned model that is right often enough, as a clause; "" if nothing is
 */
public record ModelChoice(Phase kept, String objection) {
    /** Some standard errors of the difference on a few hundred images with much the same answers. */
    private static final double MACRO_F1_MARGIN = 0.02;
    /** With many classes of few images, whether one of them is named at all is chance. */
    private static final double LEAST_NAMED = 0.9;

    /**
     * Chooses.
     *
     * @param head validation figures after phase 1
     * @param fineTuned the same after phase 2, or null if there was none
     */
    public static ModelChoice of(ClassificationMetrics head, ClassificationMetrics fineTuned) {
        if (fineTuned == null || fineTuned.hits() < head.hits()) {
            return new ModelChoice(Phase.HEAD, "");
        }
        long before = named(head);
        long after = named(fineTuned);
        if (after < LEAST_NAMED * before) {
            return new ModelChoice(
                    Phase.HEAD, String.format("it names only %d of the classes and the head names %d", after, before));
        }
        if (fineTuned.macroF1() < head.macroF1() - MACRO_F1_MARGIN) {
            return new ModelChoice(
                    Phase.HEAD,
                    String.format(Locale.ROOT, "macro F1 fell from %.3f to %.3f", head.macroF1(), fineTuned.macroF1()));
        }
        return new ModelChoice(Phase.FINE_TUNE, "");
    }

    /** Number of classes that are predicted for any image. */
    private static long named(ClassificationMetrics metrics) {
        return metrics.confusion().cells().stream()
                .map(ConfusionMatrix.Cell::predicted)
                .distinct()
                .count();
    }
}

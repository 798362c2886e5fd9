package org.finetune.train;

import java.util.Optional;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.LabelErrors;
import org.finetune.train.advice.FeatureStudy;

/**
 * What a run has found out besides the metrics of its model.
 *
 * @param folds the metrics of each fold, if the run was cross-validated
 * @param labels photos whose labels are doubtful, if the run was cross-validated
 * @param study what heads on parts of the photos have shown
 * @param nextStep what to try next, if there is evidence for anything
 * @param caution what to know about the pretrained weights, in a sentence, or ""
 */
public record RunInsights(
        Optional<FoldStatistics> folds,
        Optional<LabelErrors> labels,
        FeatureStudy.Result study,
        Optional<String> nextStep,
        String caution) {
    /** Nothing. */
    public static final RunInsights NONE =
            new RunInsights(Optional.empty(), Optional.empty(), FeatureStudy.Result.NONE, Optional.empty(), "");
}

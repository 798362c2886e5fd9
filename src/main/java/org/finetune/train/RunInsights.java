package org.finetune.train;

import java.util.Optional;
import org.finetune.metrics.FoldStatistics;

/**
 * What a run has found out besides the figures of its model.
 *
 * @param folds the figures of each fold, if the run was cross-validated
 * @param caution what to know about the pretrained weights, in a sentence, or ""
 */
public record RunInsights(Optional<FoldStatistics> folds, String caution) {
    /** Nothing. */
    public static final RunInsights NONE = new RunInsights(Optional.empty(), "");
}

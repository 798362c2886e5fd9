package org.finetune.train;

import java.util.List;
import java.util.Map;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.SavedModel;
import org.finetune.run.RunDirectory;
import org.finetune.settings.TrainSettings;

/**
 * A run whose model is saved, with all that a report on it tells.
 *
 * @param directory the run directory
 * @param settings what was asked for
 * @param provenance what the run was made with, such as versions and digests
 * @param data the photos
 * @param skipped photos that could not be used
 * @param model the result
 * @param predictions what the model says about each of the validation photos
 * @param summary what it came to
 */
public record FinishedRun(
        RunDirectory directory,
        TrainSettings settings,
        Map<String, ?> provenance,
        Dataset data,
        List<BadPhoto> skipped,
        SavedModel model,
        List<LabeledPrediction> predictions,
        TrainingSummary summary) {}

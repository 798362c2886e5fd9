package org.finetune.report;

import java.util.List;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.SelectiveAccuracy;
import org.finetune.report.plot.CalibrationPlot;
import org.finetune.report.plot.ConfusionPlot;
import org.finetune.report.plot.PlotFiles;
import org.finetune.report.plot.SelectivePlot;

/**
 * The plots of photos whose classes are known, for a page.
 *
 * @param calibration the share that is right by stated probability
 * @param selective the accuracy on answered photos by the share answered
 */
record MeasuredPlots(PlotFiles.Images calibration, PlotFiles.Images selective) {

    /** Draws them into files, the confusion matrix too. */
    static MeasuredPlots draw(
            ClassificationMetrics result, List<LabeledPrediction> predictions, ShownNames names, PlotFiles files) {
        files.write(
                new ConfusionPlot(
                        result.classes().stream()
                                .map(row -> names.forPlot(row.name()))
                                .toList(),
                        result.confusion()),
                "confusion");
        return new MeasuredPlots(
                files.write(new CalibrationPlot(Calibration.of(predictions)), "calibration"),
                files.write(new SelectivePlot(SelectiveAccuracy.of(predictions)), "thresholds"));
    }
}

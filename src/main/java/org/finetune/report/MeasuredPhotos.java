package org.finetune.report;

import java.util.List;
import java.util.Optional;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.SelectiveAccuracy;

/**
 * What a page shows of photos whose classes are known, and what the model says about them.
 *
 * @param plots the plots; empty where they cannot be drawn
 * @param confusion the confusion matrix
 * @param classes metrics of each class
 * @param confidentErrors the errors that the model is the most sure of
 * @param leastCertain the photos of which it is the least sure
 * @param cells photos by true and predicted class
 * @param calibration whether stated probabilities come true
 * @param temperature what was done to make them come true, a sentence or two, or ""
 * @param selective accuracy against the share of photos answered
 */
record MeasuredPhotos(
        Optional<MeasuredPlots> plots,
        ConfusionTable confusion,
        List<ReportPage.ClassRow> classes,
        List<ReportPage.PhotoCard> confidentErrors,
        List<ReportPage.PhotoCard> leastCertain,
        List<ReportPage.CellPhotos> cells,
        Calibration calibration,
        String temperature,
        SelectiveAccuracy selective) {

    /** The cells of which photos are shown. */
    List<ReportPage.CellPhotos> shownCells() {
        return cells.stream().filter(cell -> !cell.shown().isEmpty()).toList();
    }

    /** The cells whose photos are only named. */
    List<ReportPage.CellPhotos> listedCells() {
        return cells.stream().filter(cell -> cell.shown().isEmpty()).toList();
    }
}

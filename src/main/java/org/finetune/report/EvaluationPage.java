package org.finetune.report;

import java.util.List;

/**
 * What the page of an evaluation shows, for the template.
 *
 * @param title name of the data
 * @param date when the photos were measured
 * @param verdict what came of it
 * @param tiles the most important metrics
 * @param measured the photos
 * @param skipped files that could not be used
 * @param facts model and photos
 */
record EvaluationPage(
        String title,
        String date,
        Verdict verdict,
        List<ReportPage.Tile> tiles,
        MeasuredPhotos measured,
        List<ReportPage.Skipped> skipped,
        List<ReportPage.Fact> facts) {}
